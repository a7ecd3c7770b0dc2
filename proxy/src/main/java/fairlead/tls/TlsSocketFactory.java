package fairlead.tls;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ClientTls} for clients that block: layers TLS over connections, and verifies them
 * against its own common name, whatever address was asked for. Any thread.
 */
public final class TlsSocketFactory extends SSLSocketFactory {
  private static final char[] NO_PASSWORD = {};

  private final ClientTls tls;
  private final SSLSocketFactory factory;

  private TlsSocketFactory(ClientTls tls, SSLSocketFactory factory) {
    this.tls = tls;
    this.factory = factory;
  }

  /**
   * Reads the certificates: blocks.
   *
   * @throws IllegalArgumentException when a file cannot be used, with a message for the operator
   */
  public static TlsSocketFactory of(ClientTls tls) {
    return new TlsSocketFactory(tls, context(tls).getSocketFactory());
  }

  private static SSLContext context(ClientTls tls) {
    try {
      var trust =
          tls.disableValidation()
              ? InsecureTrustManagerFactory.INSTANCE.getTrustManagers()
              : new TrustManager[] {PeerVerifier.trusting(tls.trustCerts())};
      var context = SSLContext.getInstance("TLS");
      context.init(keys(tls.clientAuth()), trust, null);
      return context;
    } catch (GeneralSecurityException | IOException fault) {
      throw new IllegalArgumentException("TLS: " + fault.getMessage(), fault);
    }
  }

  private static KeyManager @Nullable [] keys(@Nullable KeyFiles files)
      throws GeneralSecurityException, IOException {
    if (files == null) {
      return null;
    }
    var identity = Identity.read(files);
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", identity.key(), NO_PASSWORD, identity.chainArray());
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  @Override
  public Socket createSocket(Socket connected, String host, int port, boolean autoClose)
      throws IOException {
    String name = tls.commonName() == null ? host : tls.commonName();
    var socket = (SSLSocket) factory.createSocket(connected, name, port, autoClose);
    var parameters = socket.getSSLParameters();
    if (!tls.protocols().isEmpty()) {
      parameters.setProtocols(tls.protocols().toArray(String[]::new));
    }
    var sni = ClientTlsContext.sni(name);
    if (sni != null) {
      parameters.setServerNames(List.of(sni));
    }
    socket.setSSLParameters(parameters);
    return socket;
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return factory.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return factory.getSupportedCipherSuites();
  }

  // The others connect by themselves, which is for the client to do within its own limits.

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw connecting();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    throw connecting();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw connecting();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    throw connecting();
  }

  private static IOException connecting() {
    return new IOException("connects nothing by itself (expected: a connected socket)");
  }
}
