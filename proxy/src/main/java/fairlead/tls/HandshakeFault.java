package fairlead.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Why a handshake came to nothing, in the few words that are counted. */
enum HandshakeFault {
  /** It took too long. */
  TIMEOUT,
  /** What came is not TLS, or begins with too much. */
  NOT_TLS,
  /** The peer's certificate is not what it must be. */
  UNTRUSTED,
  /** The peer left. */
  CLOSED,
  /** Nothing both speak, or the peer refused. */
  OTHER;

  static HandshakeFault of(Throwable problem) {
    var cause = problem;
    for (int depth = 0; cause != null && depth < 16; depth++) {
      switch (cause) {
        case SslHandshakeTimeoutException _ -> {
          return TIMEOUT;
        }
        case NotSslRecordException _ -> {
          return NOT_TLS;
        }
        case CertificateException _ -> {
          return UNTRUSTED;
        }
        case ClosedChannelException _ -> {
          return CLOSED;
        }
        default -> cause = cause.getCause();
      }
    }
    return OTHER;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What {@code problem} is to those who asked for a connection. */
  SSLException explain(Throwable problem) {
    if (this == UNTRUSTED) {
      var untrusted = UntrustedPeerException.in(problem);
      var explained =
          new SSLPeerUnverifiedException(
              untrusted == null ? "the certificate cannot be read" : untrusted.getMessage());
      explained.initCause(problem);
      return explained;
    }
    return new SSLException(
        switch (this) {
          case TIMEOUT -> "the handshake took too long";
          case NOT_TLS -> "what came is not TLS";
          case CLOSED -> "the connection was closed within the handshake";
          case UNTRUSTED, OTHER -> PeerText.safe("" + last(problem).getMessage());
        },
        problem);
  }

  private static Throwable last(Throwable problem) {
    var last = problem;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return last;
  }
}
