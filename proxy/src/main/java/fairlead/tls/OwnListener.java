package fairlead.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Speaks to a listener whose files are at hand, as a command does to the admin port of this host:
 * trusts the very certificates of these files, whatever name they are for, and shows the first of
 * them when it is asked for one.
 */
public final class OwnListener {
  private OwnListener() {}

  /**
   * Reads the files: blocks.
   *
   * @throws UnusableFileException when a file is of no use
   */
  public static SSLContext client(ServerTls tls) {
    var identities = tls.certificates().stream().map(Identity::read).toList();
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      var shown = identities.getFirst();
      var chain = shown.chain().toArray(X509Certificate[]::new);
      store.setKeyEntry("own", shown.key(), new char[0], chain);
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      var context = SSLContext.getInstance("TLS");
      var known = identities.stream().map(identity -> identity.chain().getFirst()).toList();
      context.init(keys.getKeyManagers(), new TrustManager[] {new Known(known)}, null);
      return context;
    } catch (GeneralSecurityException | IOException fault) {
      throw new IllegalArgumentException("TLS: " + fault.getMessage(), fault);
    }
  }

  /** Trusts nobody but these; names do not matter. */
  private static final class Known extends X509ExtendedTrustManager {
    private final List<X509Certificate> certificates;

    Known(List<X509Certificate> certificates) {
      this.certificates = certificates;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (!certificates.contains(chain[0])) {
        throw new CertificateException("the certificate is not the one in the configuration");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("only servers are asked");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
