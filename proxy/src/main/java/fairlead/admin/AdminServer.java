package fairlead.admin;

import fairlead.server.CannotListenException;
import fairlead.server.EventLoops;
import fairlead.server.ListeningSockets;
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
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.unix.UnixChannelOption;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
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
  private final TextCompression.Shelf compressions = new TextCompression.Shelf();
  private final AdminCallers callers = new AdminCallers();
  private final @Nullable Secrets secrets;
  private final AtomicReference<AdminSite> site;
  private final List<ListeningSockets> listeners = new ArrayList<>();
  private final Port sharing;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** Who else may listen on its ports. */
  public enum Port {
    ALONE,
    /** Nobody so far; another process of this user may later. */
    SHAREABLE,
    /** A process that this one takes them over from. */
    SHARED
  }

  /** What a server has that speaks TLS. */
  private record Secrets(Renewed<ServerTlsContext> contexts, HandshakeStats stats) {}

  private AdminServer(
      AdminConfig config,
      AdminPages pages,
      Metrics scope,
      @Nullable TlsContexts contexts,
      Port sharing) {
    this.sharing = Transport.sharesPorts() ? sharing : Port.ALONE;
    this.config = config;
    this.site = new AtomicReference<>(site(config, pages));
    this.stats = new AdminStats(scope);
    this.secrets =
        config.tls() == null || contexts == null
            ? null
            : new Secrets(
                contexts.server("admin", config.tls(), List.of("http/1.1"), scope),
                new HandshakeStats(scope));
    this.group =
        new EventLoops(
            1,
            new DefaultThreadFactory("admin", true),
            this.sharing == Port.ALONE ? NioIoHandler.newFactory() : EpollIoHandler.newFactory());
  }

  /**
   * Listens in plain text. Blocks until it does.
   *
   * @param metrics the root; the server counts itself under {@code adminhttp}
   * @throws IOException when the port cannot be had
   */
  public static AdminServer start(AdminConfig config, AdminPages pages, Metrics metrics)
      throws IOException {
    return start(config, pages, metrics, null, Port.ALONE);
  }

  /**
   * Listens, with TLS where the configuration says so. Blocks until it does.
   *
   * @param metrics the root; the server counts itself under {@code adminhttp}
   * @param contexts makes those of its TLS
   * @param sharing of its ports, where the system can
   * @throws IOException when the port cannot be had
   * @throws IllegalArgumentException when a file of its TLS is of no use
   */
  public static AdminServer start(
      AdminConfig config,
      AdminPages pages,
      Metrics metrics,
      @Nullable TlsContexts contexts,
      Port sharing)
      throws IOException {
    var server = new AdminServer(config, pages, metrics.scope("adminhttp"), contexts, sharing);
    server.listen(config.port(), server.site, "admin");
    return server;
  }

  private static AdminSite site(AdminConfig config, AdminPages pages) {
    return new AdminSite(pages, new Gate(config, pages, ownNames()));
  }

  /**
   * From now on the admin port has other pages, for others, also for who is connected. Any thread.
   *
   * @param rules whose address and TLS are the same
   */
  public void serve(AdminConfig rules, AdminPages pages) {
    site.set(site(rules, pages));
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
    return listen(port, new AtomicReference<>(new AdminSite(pages, null)), what);
  }

  private InetSocketAddress listen(int port, AtomicReference<AdminSite> served, String what)
      throws IOException {
    var asked = new InetSocketAddress(config.ip(), port);
    if (sharing == Port.SHAREABLE && port != 0) {
      demandFree(asked);
    }
    int others = sharing == Port.SHARED ? ListeningSockets.others(asked) : 0;
    var bootstrap =
        new ServerBootstrap()
            .group(group)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Initializer(served));
    if (sharing == Port.ALONE) {
      bootstrap.channelFactory(Transport.nioListening(config.ip()));
    } else {
      bootstrap
          .channelFactory(Transport.of(group).listening(config.ip()))
          .option(UnixChannelOption.SO_REUSEPORT, true);
    }
    var bound = bootstrap.bind(asked).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      var _ = close(Duration.ZERO);
      throw new CannotListenException(asked, bound.cause());
    }
    var sockets = new ListeningSockets();
    sockets.add(bound.channel());
    sockets.takeOver(others);
    listeners.add(sockets);
    LOG.info("serving {} {} on {}", secrets == null ? "http" : "https", what, sockets.address());
    return sockets.address();
  }

  private void demandFree(InetSocketAddress address) throws CannotListenException {
    try {
      ListeningSockets.demandFree(address);
    } catch (CannotListenException taken) {
      var _ = close(Duration.ZERO);
      throw taken;
    }
  }

  private static Set<String> ownNames() {
    String name = System.getenv("HOSTNAME");
    return name == null ? Set.of() : Set.of(name.toLowerCase(Locale.ROOT));
  }

  /** Where it listens, with the port that the system chose. */
  public InetSocketAddress address() {
    return listeners.getFirst().address();
  }

  /** Whether nobody else listens on its ports any more. Blocks shortly; to be asked until it is. */
  public boolean isAlone() {
    boolean alone = true;
    for (var each : listeners) {
      alone &= each.isAlone();
    }
    return alone;
  }

  /**
   * Accepts no more, lets what is being answered end, at most for {@code grace}: that of the first
   * call, whose end the others get. Any thread.
   */
  public CompletionStage<Void> close(Duration grace) {
    if (closing.compareAndSet(false, true)) {
      var ends = listeners.stream().map(each -> each.end(grace.dividedBy(2)).toCompletableFuture());
      var _ =
          CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
              .thenRun(() -> shutDown(grace));
    }
    return closed;
  }

  private void shutDown(Duration grace) {
    var _ =
        group
            .shutdownGracefully(0, grace.toMillis(), TimeUnit.MILLISECONDS)
            .addListener(
                _ -> {
                  compressions.close();
                  releaseSecrets();
                  closed.complete(null);
                });
  }

  private void releaseSecrets() {
    if (secrets != null) {
      secrets.contexts.close();
      secrets.stats.close();
    }
  }

  private final class Initializer extends ChannelInitializer<Channel> {
    private final AtomicReference<AdminSite> served;

    Initializer(AtomicReference<AdminSite> served) {
      this.served = served;
    }

    private AdminSite inPlainText() {
      var now = served.get();
      var pages =
          new AdminPages().add("/", _ -> TLS_REQUIRED.now()).add(PING, now.pages().pageAt(PING));
      return new AdminSite(pages, now.gate());
    }

    @Override
    protected void initChannel(Channel channel) {
      callers.add(channel);
      var pipeline = channel.pipeline();
      pipeline.addLast(new ReadTimeoutHandler(IDLE_SECONDS));
      if (secrets == null) {
        http(pipeline, served::get);
      } else if (isHere(channel)) { // a health check of this host needs no keys
        pipeline.addLast(new FirstByte(p -> secure(p, secrets), p -> http(p, this::inPlainText)));
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
          (secured, _) -> http(secured, served::get));
    }

    private void http(ChannelPipeline pipeline, Supplier<AdminSite> answering) {
      var limits =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(LINE_BYTES)
              .setMaxHeaderSize(HEADER_BYTES);
      pipeline
          .addLast(new HttpServerCodec(limits))
          .addLast(new HttpObjectAggregator(BODY_BYTES))
          .addLast(new AdminConnection(answering, stats, compressions));
    }
  }
}
