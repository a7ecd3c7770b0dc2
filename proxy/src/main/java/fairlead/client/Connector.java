package fairlead.client;

import fairlead.http1.ClientCodec;
import fairlead.http2.ClientConnection;
import fairlead.http2.Http2Settings;
import fairlead.tls.Handshake;
import fairlead.wire.HeadLimits;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens connections for pools. Event loop only. */
public final class Connector {
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32_768, 65_536);

  private final Class<? extends Channel> channel;
  private final ClientConfig config;
  private final HeadLimits limits;
  private final @Nullable TlsDial tls;
  private final PoolStats stats;

  /** Told once: whether there is a connection, and else what went wrong. */
  @FunctionalInterface
  interface Done {
    void done(@Nullable Throwable problem);
  }

  /** For one client, in plain text. */
  public Connector(
      Class<? extends Channel> channel, ClientConfig config, HeadLimits limits, PoolStats stats) {
    this(channel, config, limits, null, stats);
  }

  /**
   * For one client.
   *
   * @param channel a socket channel that the loops can drive
   * @param tls null for plain text
   */
  public Connector(
      Class<? extends Channel> channel,
      ClientConfig config,
      HeadLimits limits,
      @Nullable TlsDial tls,
      PoolStats stats) {
    this.channel = channel;
    this.tls = tls;
    this.config = config;
    this.limits = limits;
    this.stats = stats;
  }

  /** Who will speak HTTP/1 to {@code address}. */
  ClientCodec http1(InetSocketAddress address, ClientCodec.Owner owner) {
    return new ClientCodec(address, limits, owner, stats.connections, config.readTimeout());
  }

  /** Who will speak HTTP/2 to {@code address}. */
  ClientConnection http2(
      InetSocketAddress address, Http2Settings settings, ClientConnection.Owner owner) {
    return new ClientConnection(
        address, tls != null, settings, owner, stats.connections, config.readTimeout());
  }

  /** Connects {@code codec} to {@code address}. */
  void connect(EventLoop loop, InetSocketAddress address, ChannelHandler codec, Done done) {
    if (address.isUnresolved()) {
      // Told later, like any other failure: the pool must not be entered twice.
      loop.execute(() -> done.done(new java.net.UnknownHostException(address.getHostString())));
      return;
    }
    if (tls != null) {
      secure(tls, loop, address, codec, done);
      return;
    }
    watch(loop, address, bootstrap(loop).handler(codec).connect(address), done);
  }

  /** Tells {@code done} whether {@code address} takes connections; this one is closed at once. */
  public void reach(EventLoop loop, InetSocketAddress address, Consumer<Boolean> done) {
    if (address.isUnresolved()) {
      done.accept(false);
      return;
    }
    var idle = new ChannelInboundHandlerAdapter();
    var connecting = bootstrap(loop).handler(idle).connect(address);
    watch(
        loop,
        address,
        connecting,
        problem -> {
          var _ = connecting.channel().close();
          done.accept(problem == null);
        });
  }

  /** A connection is there when its handshake is done. */
  private void secure(
      TlsDial dial, EventLoop loop, InetSocketAddress address, ChannelHandler codec, Done done) {
    var handshaking =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            Handshake.withBackend(
                channel.pipeline(),
                dial.handler(channel, address),
                dial.stats(),
                new Secured(codec, done));
          }
        };
    watch(
        loop,
        address,
        bootstrap(loop).handler(handshaking).connect(address),
        problem -> {
          if (problem != null) {
            done.done(problem);
          }
        });
  }

  private record Secured(ChannelHandler codec, Done done) implements Handshake.Done {
    @Override
    public void secured(ChannelPipeline pipeline, Handshake.Secured how) {
      pipeline.addLast(codec);
      done.done(null);
    }

    @Override
    public void failed(SSLException why) {
      done.done(why);
    }
  }

  /** Where not even a socket can be had, the future belongs to another thread than the loop. */
  private void watch(
      EventLoop loop, InetSocketAddress address, ChannelFuture connecting, Done done) {
    var timeout = ConnectTimeout.of(loop, address, config.connectTimeout(), connecting);
    connecting.addListener(
        _ -> {
          var problem = timeout.end();
          if (loop.inEventLoop()) {
            done.done(problem);
          } else {
            loop.execute(() -> done.done(problem));
          }
        });
  }

  private Bootstrap bootstrap(EventLoop loop) {
    return new Bootstrap()
        .group(loop)
        .channel(channel)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // ours is just to who was late with us
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
  }
}
