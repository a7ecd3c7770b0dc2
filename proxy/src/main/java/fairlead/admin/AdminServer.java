package fairlead.admin;

import fairlead.server.CannotListenException;
import fairlead.server.Transport;
import fairlead.telemetry.Metrics;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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

  private final EventLoopGroup group;
  private final Channel listener;

  private AdminServer(EventLoopGroup group, Channel listener) {
    this.group = group;
    this.listener = listener;
  }

  /**
   * Listens. Blocks until it does.
   *
   * @param metrics the root; the server counts itself under {@code adminhttp}
   * @throws IOException when the port cannot be had
   */
  public static AdminServer start(AdminConfig config, AdminPages pages, Metrics metrics)
      throws IOException {
    var group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
    var gate = new Gate(config, pages, ownNames());
    var stats = new AdminStats(metrics.scope("adminhttp"));
    var bound =
        new ServerBootstrap()
            .group(group)
            .channelFactory(Transport.nioListening(config.ip()))
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Initializer(pages, gate, stats))
            .bind(config.ip(), config.port())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw new CannotListenException(
          new InetSocketAddress(config.ip(), config.port()), bound.cause());
    }
    var server = new AdminServer(group, bound.channel());
    LOG.info("serving http admin on {}", server.address());
    return server;
  }

  private static Set<String> ownNames() {
    String name = System.getenv("HOSTNAME");
    return name == null ? Set.of() : Set.of(name.toLowerCase(Locale.ROOT));
  }

  /** Where it listens, with the port that the system chose. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Accepts no more, lets what is being answered end, at most for {@code grace}. Any thread. */
  public CompletionStage<Void> close(Duration grace) {
    var done = new CompletableFuture<Void>();
    var _ = listener.close();
    var _ =
        group
            .shutdownGracefully(0, grace.toMillis(), TimeUnit.MILLISECONDS)
            .addListener(_ -> done.complete(null));
    return done;
  }

  private static final class Initializer extends ChannelInitializer<Channel> {
    private final AdminPages pages;
    private final Gate gate;
    private final AdminStats stats;

    Initializer(AdminPages pages, Gate gate, AdminStats stats) {
      this.pages = pages;
      this.gate = gate;
      this.stats = stats;
    }

    @Override
    protected void initChannel(Channel channel) {
      var limits =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(LINE_BYTES)
              .setMaxHeaderSize(HEADER_BYTES);
      channel
          .pipeline()
          .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
          .addLast(new HttpServerCodec(limits))
          .addLast(new TextCompressor())
          .addLast(new HttpObjectAggregator(BODY_BYTES))
          .addLast(new AdminConnection(pages, gate, stats));
    }
  }
}
