package fairlead.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.util.List;

/** Who does the cryptography: BoringSSL where it can be loaded, else the JDK (decision 20). */
enum Provider {
  BORINGSSL(SslProvider.OPENSSL_REFCNT),
  JDK(SslProvider.JDK);

  static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

  static {
    // BoringSSL has no renegotiation for servers; the JDK asks this once.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  final SslProvider ssl;

  Provider(SslProvider ssl) {
    this.ssl = ssl;
  }

  /** The better one of those that there are. */
  static Provider best() {
    return OpenSsl.isAvailable() ? BORINGSSL : JDK;
  }
}
