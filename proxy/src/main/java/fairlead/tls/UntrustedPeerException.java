package fairlead.tls;

import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** The certificate of a peer is not what it must be; the message says what was expected. */
public final class UntrustedPeerException extends CertificateException {
  private static final long serialVersionUID = 1;

  UntrustedPeerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The one that {@code problem} came of, or null. */
  public static @Nullable UntrustedPeerException in(@Nullable Throwable problem) {
    var cause = problem;
    for (int depth = 0; cause != null && depth < 16; depth++) {
      if (cause instanceof UntrustedPeerException found) {
        return found;
      }
      cause = cause.getCause();
    }
    return null;
  }
}
