package fairlead.server;

import fairlead.server.ServerConfig.SocketOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What listens on one address: a socket a loop where the system can share a port. Whom the
 * connections go to may change while it is open, so that nobody is refused in between. Until there
 * is somebody they wait in the system's queue.
 */
public final class BoundAddress {
  /** Whom connections go to. Event loop only. */
  interface Acceptor {
    /** Not registered in any way yet. */
    void accept(Channel channel);

    /** One could not be had from the system. */
    void acceptFailed();
  }

  private final InetAddress ip;
  private final SocketOptions options;
  private final Transport transport;
  private final ListeningSockets sockets = new ListeningSockets();
  private final List<Channel> channels = new ArrayList<>();

  /** Written by who hands over, read by the loops. */
  private volatile @Nullable Acceptor acceptor;

  private BoundAddress(InetAddress ip, SocketOptions options, Transport transport) {
    this.ip = ip;
    this.options = options;
    this.transport = transport;
  }

  /**
   * Listens where {@code config} says. Blocks; not on a loop.
   *
   * @param shares whether another socket that overlaps is known and welcome
   * @param takesOver whether one of another process is, which gets nothing more from now on
   * @throws IOException when the address cannot be had
   */
  public static BoundAddress bind(
      ServerConfig config, Transport transport, boolean shares, boolean takesOver)
      throws IOException {
    var options = config.socketOptions();
    var sockets = new BoundAddress(config.ip(), options, transport);
    try {
      sockets.bind(
          new InetSocketAddress(config.ip(), config.port()),
          shares || options.reusePort(),
          takesOver);
    } catch (IOException e) {
      sockets.close();
      throw e;
    }
    return sockets;
  }

  /** Where they listen, with the port that the system chose when 0 was asked for. */
  public InetSocketAddress address() {
    return (InetSocketAddress) channels.getFirst().localAddress();
  }

  /** What they were opened with. */
  public SocketOptions options() {
    return options;
  }

  /** From now on connections go to {@code next}. Any thread. */
  void openFor(Acceptor next) {
    acceptor = next;
    channels.forEach(channel -> channel.config().setAutoRead(true));
  }

  /** Whoever still waits in the system's queue is refused. Any thread. */
  public void close() {
    sockets.close();
  }

  /** Closes them without losing who waits, after {@code atMost} anyhow. Blocks shortly. */
  CompletionStage<Void> end(Duration atMost) {
    return sockets.end(atMost);
  }

  /** Whether no other process listens here any more. Blocks shortly. */
  boolean isAlone() {
    return sockets.isAlone();
  }

  private void bind(InetSocketAddress wanted, boolean shares, boolean takesOver)
      throws IOException {
    if (!transport.reusePort()) {
      bind(transport.loops().next(), wanted);
      return;
    }
    if (wanted.getPort() != 0 && !shares && !takesOver) {
      ListeningSockets.demandFree(wanted);
    }
    int others = takesOver ? ListeningSockets.others(wanted) : 0;
    InetSocketAddress address = wanted;
    for (EventExecutor loop : transport.loops()) {
      bind((EventLoop) loop, address);
      address = address();
    }
    sockets.takeOver(others);
  }

  private void bind(EventLoop loop, InetSocketAddress address) throws IOException {
    ChannelFuture bound = bootstrap(loop).bind(address).awaitUninterruptibly();
    var problem = bound.cause();
    if (problem != null) {
      throw new CannotListenException(address, problem);
    }
    channels.add(bound.channel());
    sockets.add(bound.channel());
  }

  private ServerBootstrap bootstrap(EventLoop loop) {
    var bootstrap =
        new ServerBootstrap()
            .channelFactory(transport.listening(ip))
            .option(ChannelOption.SO_REUSEADDR, options.reuseAddr())
            .option(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.AUTO_READ, false)
            .handler(new AcceptFaults(this::acceptFailed))
            .childHandler(new Accepting());
    if (transport.reusePort()) {
      bootstrap.group(loop, loop).option(UnixChannelOption.SO_REUSEPORT, true);
    } else {
      bootstrap.group(loop, transport.loops());
    }
    if (options.backlog() != null) {
      bootstrap.option(ChannelOption.SO_BACKLOG, options.backlog());
    }
    return bootstrap;
  }

  private void acceptFailed() {
    var whose = acceptor;
    if (whose != null) {
      whose.acceptFailed();
    }
  }

  private final class Accepting extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      var whose = acceptor;
      if (whose == null) {
        throw new IllegalStateException("acceptor: null (expected: set before any connection)");
      }
      whose.accept(channel);
    }
  }
}
