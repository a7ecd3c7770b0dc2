package fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventLoopsTest {
  private final CompletableFuture<Channel> accepted = new CompletableFuture<>();
  private final CountDownLatch removed = new CountDownLatch(1);

  static Stream<IoHandlerFactory> io() {
    return Stream.of(NioIoHandler.newFactory(), EpollIoHandler.newFactory());
  }

  /** A task runs in just that moment: after the look whether to close, before that at the end. */
  @ParameterizedTest
  @MethodSource("io")
  void connectionsAreClosedWhenATaskEndsTheLoop(IoHandlerFactory io) throws Exception {
    var loops = new EventLoops(1, new DefaultThreadFactory("ending", true), io);
    var listening = listen(loops);
    try (var caller = new Socket(listening.getAddress(), listening.getPort())) {
      var connection = accepted.get(20, TimeUnit.SECONDS);
      loops
          .next()
          .execute(
              () -> {
                var _ = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
              });

      assertThat(loops.terminationFuture().await(20, TimeUnit.SECONDS)).isTrue();

      assertThat(connection.closeFuture().isDone()).isTrue();
      assertThat(removed.await(20, TimeUnit.SECONDS)).isTrue();
      caller.setSoTimeout(20_000);
      assertThat(caller.getInputStream().read()).isEqualTo(-1);
    }
  }

  private InetSocketAddress listen(EventLoopGroup loops) {
    var bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channelFactory(Transport.of(loops).listening(InetAddress.getLoopbackAddress()))
            .childHandler(new Acceptance());
    var bound = bootstrap.bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly();
    return (InetSocketAddress) bound.channel().localAddress();
  }

  private final class Acceptance extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      accepted.complete(context.channel());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      removed.countDown();
    }
  }
}
