package fairlead.server;

import fairlead.telemetry.LoopThread;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.function.Function;

/**
 * Event loops and the sockets that they can drive: epoll where the system has it, NIO elsewhere.
 *
 * @param serverChannel a new listening socket of this family
 * @param reusePort whether each loop may have a listening socket of its own on one port
 */
public record Transport(
    EventLoopGroup loops,
    Function<SocketProtocolFamily, ServerChannel> serverChannel,
    Class<? extends Channel> channel,
    boolean reusePort) {
  /** The transport that {@code loops} were made for. */
  public static Transport of(EventLoopGroup loops) {
    boolean epoll = loops instanceof IoEventLoopGroup io && io.isIoType(EpollIoHandler.class);
    return epoll
        ? new Transport(loops, EpollServerSocketChannel::new, EpollSocketChannel.class, true)
        : new Transport(loops, Transport::nio, NioSocketChannel.class, false);
  }

  /** Whether several processes can listen on one port, with the loops of {@link #newLoops}. */
  public static boolean sharesPorts() {
    return Epoll.isAvailable();
  }

  /** Makes sockets that listen on {@code ip}. */
  public ChannelFactory<ServerChannel> listening(InetAddress ip) {
    return () -> serverChannel.apply(familyOf(ip));
  }

  /** The same for loops of NIO. */
  public static ChannelFactory<ServerChannel> nioListening(InetAddress ip) {
    return () -> nio(familyOf(ip));
  }

  private static ServerChannel nio(SocketProtocolFamily family) {
    return new NioServerSocketChannel(SelectorProvider.provider(), family);
  }

  /** Without it {@code 0.0.0.0} would be {@code ::}, and listen on every IPv6 address as well. */
  private static SocketProtocolFamily familyOf(InetAddress ip) {
    return ip instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
  }

  /** How much waits to be done by the loops. Any thread. */
  public int pendingTasks() {
    int pending = 0;
    for (var loop : loops) {
      pending += loop instanceof SingleThreadEventExecutor executor ? executor.pendingTasks() : 0;
    }
    return pending;
  }

  /** New loops, each on a daemon thread of this name and a number. */
  public static EventLoopGroup newLoops(int threads, String name) {
    IoHandlerFactory factory =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new EventLoops(threads, LoopThread.factory(name), factory);
  }
}
