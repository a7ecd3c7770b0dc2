package fairlead.admin;

import fairlead.server.CannotListenException;
import fairlead.server.Transport;
import fairlead.telemetry.Metrics;
import fairlead.tls.Handshake;
import fairlead.tls.HandshakeStats;
import fairlead.tls.Renewed;
import fairlead.tls.ServerTlsContext;
import fairlead.tls.TlsContexts;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin port ({@code spec/admin.md} §2), on a thread of its own so that no page costs traffic
 * anything.
 */
public final class AdminServer {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final int LINE_BYTES = 4096;
  private static final int HEADER_BYTES = 8192;
  private static final int BODY_BYTES = 5 << 20;
  private static final int IDLE_SECONDS = 60;

  /** What is answered in plain text where there is TLS: nobody learns anything by it. */
  private static final String PING = "/admin/ping";

  private static final AdminResponse TLS_REQUIRED =
      AdminResponse.of(
          HttpResponseStatus.FORBIDDEN,
          AdminResponse.TEXT,
          "this port speaks TLS (admin.tls); in plain text only " + PING + " is answered\n");

  private final EventLoopGroup group;
  private final AdminConfig config;
  private final AdminStats stats;
  private final @Nullable Secrets secrets;
  private final List<Channel> listeners = new ArrayList<>();

  /** What a server has that speaks TLS. */
  private record Secrets(Renewed<ServerTlsContext> contexts, HandshakeStats stats) {}

  private AdminServer(AdminConfig config, Metrics scope, @Nullable TlsContexts contexts) {
    this.config = config;
    this.stats = new AdminStats(scope);
    this.secrets =
        config.tls() == null || contexts == null
            ? null
            : new Secrets(
                contexts.server("admin", config.tls(), List.of("http/1.1"), scope),
                new HandshakeStats(scope));
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
  }

  /**
   * Listens in plain text. Blocks until it does.
   *
   * @param metrics the root; the server counts itself under {@code adminhttp}
   * @throws IOException when the port cannot be had
   */
  public static AdminServer start(AdminConfig config, AdminPages pages, Metrics metrics)
      throws IOException {
    return start(config, pages, metrics, null);
  }

  /**
   * Listens, with TLS where the configuration says so. Blocks until it does.
   *
   * @param metrics the root; the server counts itself under {@code adminhttp}
   * @param contexts makes those of its TLS
   * @throws IOException when the port cannot be had
   * @throws IllegalArgumentException when a file of its TLS is of no use
   */
  public static AdminServer start(
      AdminConfig config, AdminPages pages, Metrics metrics, @Nullable TlsContexts contexts)
      throws IOException {
    var server = new AdminServer(config, metrics.scope("adminhttp"), contexts);
    server.listen(config.port(), pages, new Gate(config, pages, ownNames()), "admin");
    return server;
  }

  /**
   * Listens on one more port of the same address, for pages that anybody may read, by whatever name
   * the request asks for. Blocks until it does.
   *
   * @param what for the log
   * @return where
   * @throws IOException when the port cannot be had; then this server has ended
   */
  public InetSocketAddress listen(int port, AdminPages pages, String what) throws IOException {
    return listen(port, pages, null, what);
  }

  private InetSocketAddress listen(int port, AdminPages pages, @Nullable Gate gate, String what)
      throws IOException {
    var bound =
        new ServerBootstrap()
            .group(group)
            .channelFactory(Transport.nioListening(config.ip()))
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Initializer(pages, gate))
            .bind(config.ip(), port)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw new CannotListenException(new InetSocketAddress(config.ip(), port), bound.cause());
    }
    listeners.add(bound.channel());
    var address = (InetSocketAddress) bound.channel().localAddress();
    LOG.info("serving {} {} on {}", secrets == null ? "http" : "https", what, address);
    return address;
  }

  private static Set<String> ownNames() {
    String name = System.getenv("HOSTNAME");
    return name == null ? Set.of() : Set.of(name.toLowerCase(Locale.ROOT));
  }

  /** Where it listens, with the port that the system chose. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listeners.getFirst().localAddress();
  }

  /** Accepts no more, lets what is being answered end, at most for {@code grace}. Any thread. */
  public CompletionStage<Void> close(Duration grace) {
    var done = new CompletableFuture<Void>();
    for (var listener : listeners) {
      var _ = listener.close();
    }
    var _ =
        group
            .shutdownGracefully(0, grace.toMillis(), TimeUnit.MILLISECONDS)
            .addListener(_ -> done.complete(null));
    return done;
  }

  private final class Initializer extends ChannelInitializer<Channel> {
    private final AdminPages pages;
    private final @Nullable Gate gate;
    private final AdminPages inPlainText;

    Initializer(AdminPages pages, @Nullable Gate gate) {
      this.pages = pages;
      this.gate = gate;
      this.inPlainText =
          new AdminPages().add("/", _ -> TLS_REQUIRED.now()).add(PING, pages.pageAt(PING));
    }

    @Override
    protected void initChannel(Channel channel) {
      var pipeline = channel.pipeline();
      pipeline.addLast(new ReadTimeoutHandler(IDLE_SECONDS));
      if (secrets == null) {
        http(pipeline, pages);
      } else if (isHere(channel)) { // a health check of this host needs no keys
        pipeline.addLast(new FirstByte(p -> secure(p, secrets), p -> http(p, inPlainText)));
      } else {
        secure(pipeline, secrets);
      }
    }

    private static boolean isHere(Channel channel) {
      return ((InetSocketAddress) channel.remoteAddress()).getAddress().isLoopbackAddress();
    }

    private void secure(ChannelPipeline pipeline, Secrets with) {
      Handshake.withCaller(
          pipeline,
          with.contexts.get().handler(pipeline.channel().alloc()),
          with.stats,
          (secured, _) -> http(secured, pages));
    }

    private void http(ChannelPipeline pipeline, AdminPages answering) {
      var limits =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(LINE_BYTES)
              .setMaxHeaderSize(HEADER_BYTES);
      pipeline
          .addLast(new HttpServerCodec(limits))
          .addLast(new TextCompressor())
          .addLast(new HttpObjectAggregator(BODY_BYTES))
          .addLast(new AdminConnection(answering, gate, stats));
    }
  }
}
