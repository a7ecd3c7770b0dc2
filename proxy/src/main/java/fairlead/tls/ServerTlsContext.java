package fairlead.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.KeyManagerFactoryWrapper;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLException;

/**
 * What the connections of one listener share, made of its files as they were at one time: so are
 * the keys of its tickets, which therefore open no session of another listener, nor of this one
 * after its files changed (threat 46). Any thread.
 */
public final class ServerTlsContext implements LiveContext {
  private final ServerTls tls;
  private final SslContext context;
  private final List<Identity> identities;
  private final RecordCumulator cumulator;

  private ServerTlsContext(
      ServerTls tls, SslContext context, List<Identity> identities, RecordCumulator cumulator) {
    this.tls = tls;
    this.context = context;
    this.identities = identities;
    this.cumulator = cumulator;
  }

  /**
   * Reads the files: blocks.
   *
   * @param protocols what is spoken inside, by ALPN name, the best first
   * @throws UnusableFileException when a file is of no use
   */
  public static ServerTlsContext of(ServerTls tls, List<String> protocols) {
    return of(tls, protocols, Provider.best());
  }

  static ServerTlsContext of(ServerTls tls, List<String> protocols, Provider provider) {
    var identities = tls.certificates().stream().map(Identity::read).toList();
    try {
      var keys = new KeyManagerFactoryWrapper(new SniKeyManager(identities));
      var builder =
          SslContextBuilder.forServer(
                  provider == Provider.JDK ? keys : new OpenSslCachingX509KeyManagerFactory(keys))
              .sslProvider(provider.ssl)
              .protocols(tls.protocols().isEmpty() ? Provider.VERSIONS : tls.protocols())
              .ciphers(CipherSuites.offered(tls.ciphers()), IdentityCipherSuiteFilter.INSTANCE)
              .applicationProtocolConfig(alpn(protocols))
              .trustManager(RefusingTrustManager.INSTANCE);
      if (tls.requireClientAuth()) {
        builder.clientAuth(ClientAuth.REQUIRE).trustManager(PeerVerifier.trusting(tls.callers()));
      }
      return new ServerTlsContext(tls, builder.build(), identities, RecordCumulator.of(provider));
    } catch (SSLException | CertificateException fault) {
      throw new IllegalArgumentException("TLS: " + fault.getMessage(), fault);
    }
  }

  static ApplicationProtocolConfig alpn(List<String> protocols) {
    return protocols.isEmpty()
        ? ApplicationProtocolConfig.DISABLED
        : new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            protocols);
  }

  /** The handler of one connection, whose handshake has its deadline. */
  public SslHandler handler(ByteBufAllocator alloc) {
    var handler = context.newHandler(alloc);
    handler.setHandshakeTimeoutMillis(tls.handshakeTimeout().toMillis());
    handler.setCumulator(cumulator);
    return handler;
  }

  @Override
  public Map<String, Instant> expiries() {
    var expiries = new TreeMap<String, Instant>();
    identities.forEach(i -> expiries.put(i.files().certPath().toString(), i.expires()));
    return expiries;
  }

  @Override
  public void release() {
    ReferenceCountUtil.release(context);
  }
}
