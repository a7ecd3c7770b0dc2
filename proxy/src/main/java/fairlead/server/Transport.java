package fairlead.server;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Event loops and the sockets that they can drive: epoll where the system has it, NIO elsewhere.
 *
 * @param reusePort whether each loop may have a listening socket of its own on one port
 */
public record Transport(
    EventLoopGroup loops,
    Class<? extends ServerChannel> serverChannel,
    Class<? extends Channel> channel,
    boolean reusePort) {
  /** The transport that {@code loops} were made for. */
  public static Transport of(EventLoopGroup loops) {
    boolean epoll = loops instanceof IoEventLoopGroup io && io.isIoType(EpollIoHandler.class);
    return epoll
        ? new Transport(loops, EpollServerSocketChannel.class, EpollSocketChannel.class, true)
        : new Transport(loops, NioServerSocketChannel.class, NioSocketChannel.class, false);
  }

  /** New loops, each on a daemon thread of this name and a number. */
  public static EventLoopGroup newLoops(int threads, String name) {
    IoHandlerFactory factory =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), factory);
  }
}
