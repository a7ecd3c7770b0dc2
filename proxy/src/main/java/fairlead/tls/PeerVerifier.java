package fairlead.tls;

import io.netty.handler.ssl.ResumableX509ExtendedTrustManager;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whether a peer is who it must be: its certificate leads to one that is trusted (RFC 5280), and,
 * where a server is asked, is for the name that was asked for. A session that is resumed is held to
 * the same, since its certificate may have ended meanwhile (threat 46). Any thread.
 */
final class PeerVerifier extends X509ExtendedTrustManager
    implements ResumableX509ExtendedTrustManager {
  private final X509TrustManager chains;
  private final String trusted;

  /**
   * Makes the CAs known.
   *
   * @param trusted in words, for messages
   */
  private PeerVerifier(X509TrustManager chains, String trusted) {
    this.chains = chains;
    this.trusted = trusted;
  }

  /**
   * Trusts the certificates in {@code files}, or the JDK's when there are none. Blocks.
   *
   * @throws UnusableFileException when a file is of no use
   */
  static PeerVerifier trusting(List<Path> files) {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(files.isEmpty() ? null : store(files));
      String names = files.isEmpty() ? "the JDK's CAs" : "a CA in " + show(files);
      return new PeerVerifier((X509TrustManager) factory.getTrustManagers()[0], names);
    } catch (GeneralSecurityException | IOException fault) {
      throw new IllegalArgumentException("trusted certificates: " + fault.getMessage(), fault);
    }
  }

  private static String show(List<Path> files) {
    return files.size() == 1 ? files.getFirst().toString() : files.toString();
  }

  private static KeyStore store(List<Path> files) throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (Path file : files) {
      for (X509Certificate certificate : Pem.certificates(file)) {
        store.setCertificateEntry("ca" + number++, certificate);
      }
    }
    return store;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    server(chain, authType, engine.getPeerHost());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    var session = socket instanceof SSLSocket ssl ? ssl.getHandshakeSession() : null;
    server(chain, authType, session == null ? null : session.getPeerHost());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("nobody says which server is meant");
  }

  @Override
  public void resumeServerTrusted(X509Certificate[] chain, SSLEngine engine)
      throws CertificateException {
    server(chain, authType(chain), engine.getPeerHost());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    try {
      chains.checkClientTrusted(chain, authType);
    } catch (CertificateException fault) {
      throw untrusted(chain[0], fault);
    }
  }

  @Override
  public void resumeClientTrusted(X509Certificate[] chain, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType(chain));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return chains.getAcceptedIssuers();
  }

  private void server(X509Certificate[] chain, String authType, @Nullable String name)
      throws CertificateException {
    try {
      chains.checkServerTrusted(chain, authType);
    } catch (CertificateException fault) {
      throw untrusted(chain[0], fault);
    }
    var names = CertificateNames.of(chain[0]);
    if (name == null || !names.isFor(name)) {
      throw new UntrustedPeerException(
          "expected a certificate for " + name + ", got one for " + names.show(), null);
    }
  }

  private UntrustedPeerException untrusted(X509Certificate certificate, CertificateException why) {
    String subject = PeerText.safe(certificate.getSubjectX500Principal().getName());
    String issuer = PeerText.safe(certificate.getIssuerX500Principal().getName());
    String expected = "expected a certificate from " + trusted + ", got one for '" + subject + "' ";
    return new UntrustedPeerException(
        switch (reason(why)) {
          case CertificateExpiredException _ ->
              expected + "from '" + issuer + "': a part of its chain has expired";
          case CertificateNotYetValidException _ ->
              expected + "from '" + issuer + "': a part of its chain is not valid yet";
          case CertPathValidatorException path ->
              expected + "from '" + issuer + "': " + PeerText.safe("" + path.getMessage());
          default -> expected + "from '" + issuer + "'";
        },
        why);
  }

  private static Throwable reason(Throwable fault) {
    var reason = fault;
    while (reason.getCause() != null) {
      reason = reason.getCause();
    }
    return reason;
  }

  /** What the JDK needs to know of a key that was used in an earlier handshake. */
  private static String authType(X509Certificate[] chain) {
    return chain[0].getPublicKey().getAlgorithm().equals("EC") ? "ECDHE_ECDSA" : "ECDHE_RSA";
  }
}
