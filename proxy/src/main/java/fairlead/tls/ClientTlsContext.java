package fairlead.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What connections made by one {@link ClientTls} share. Any thread. */
public final class ClientTlsContext implements LiveContext {
  /** A backend that took the connection must be done so soon. */
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

  private final ClientTls tls;
  private final SslContext context;
  private final @Nullable Identity identity;
  private final RecordCumulator cumulator;

  private ClientTlsContext(
      ClientTls tls, SslContext context, @Nullable Identity identity, RecordCumulator cumulator) {
    this.tls = tls;
    this.context = context;
    this.identity = identity;
    this.cumulator = cumulator;
  }

  /**
   * Reads the files: blocks.
   *
   * @param protocols what is spoken inside, by ALPN name; empty to say nothing of it
   * @throws IllegalArgumentException when a file cannot be used, with a message for the operator
   */
  public static ClientTlsContext of(ClientTls tls, List<String> protocols) {
    return of(tls, protocols, Provider.best());
  }

  /** The same for the control plane: by the JDK, so that nothing is to be released. */
  public static ClientTlsContext ofControl(ClientTls tls) {
    return of(tls, List.of(), Provider.JDK);
  }

  static ClientTlsContext of(ClientTls tls, List<String> protocols, Provider provider) {
    var identity = tls.clientAuth() == null ? null : Identity.read(tls.clientAuth());
    var builder =
        SslContextBuilder.forClient()
            .sslProvider(provider.ssl)
            .protocols(tls.protocols().isEmpty() ? Provider.VERSIONS : tls.protocols())
            .ciphers(CipherSuites.offered(List.of()), IdentityCipherSuiteFilter.INSTANCE)
            .applicationProtocolConfig(ServerTlsContext.alpn(protocols))
            .endpointIdentificationAlgorithm(null); // PeerVerifier sees to it
    if (tls.disableValidation()) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else {
      builder.trustManager(PeerVerifier.trusting(tls.trustCerts()));
    }
    if (identity != null) {
      builder.keyManager(identity.key(), identity.chainArray());
    }
    try {
      return new ClientTlsContext(tls, builder.build(), identity, RecordCumulator.of(provider));
    } catch (SSLException fault) {
      throw new IllegalArgumentException("TLS: " + fault.getMessage(), fault);
    }
  }

  /**
   * The handler of one connection to {@code host}, which is the name expected in the certificate
   * unless {@code commonName} says otherwise.
   */
  public SslHandler handler(ByteBufAllocator alloc, String host, int port) {
    String name = tls.commonName() == null ? host : tls.commonName();
    var handler = context.newHandler(alloc, name, port);
    var sni = sni(name);
    if (sni != null) {
      var parameters = handler.engine().getSSLParameters();
      parameters.setServerNames(List.of(sni));
      handler.engine().setSSLParameters(parameters);
    }
    handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT.toMillis());
    handler.setCumulator(cumulator);
    return handler;
  }

  /** How {@code name} is told to the server; null for an address, which cannot be (RFC 6066 §3). */
  static @Nullable SNIHostName sni(String name) {
    if (NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name)) {
      return null;
    }
    try {
      return new SNIHostName(name);
    } catch (IllegalArgumentException notAHostName) {
      return null;
    }
  }

  @Override
  public Map<String, Instant> expiries() {
    return identity == null
        ? Map.of()
        : Map.of(identity.files().certPath().toString(), identity.expires());
  }

  @Override
  public void release() {
    ReferenceCountUtil.release(context);
  }
}
