package fairlead.tls;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A {@link ClientTls} for clients that block: layers TLS over connections, and verifies them
 * against its own common name, whatever address was asked for. Any thread.
 */
public final class TlsSocketFactory extends SSLSocketFactory {
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
    var builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
    var context = (JdkSslContext) ClientTlsContext.context(tls, builder);
    return new TlsSocketFactory(tls, context.context().getSocketFactory());
  }

  @Override
  public Socket createSocket(Socket connected, String host, int port, boolean autoClose)
      throws IOException {
    String name = tls.commonName() == null ? host : tls.commonName();
    var socket = (SSLSocket) factory.createSocket(connected, name, port, autoClose);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(tls.disableValidation() ? null : "HTTPS");
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
