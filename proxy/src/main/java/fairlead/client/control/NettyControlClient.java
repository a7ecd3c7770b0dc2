package fairlead.client.control;

import fairlead.activity.SerialExecutor;
import fairlead.client.control.ControlResult.Cause;
import fairlead.client.control.ControlResult.Failed;
import fairlead.tls.ClientTlsContext;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The real {@link ControlClient}: keep-alive connections to one origin, all on one event loop,
 * which owns everything here.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty tells of failures through Connection
public final class NettyControlClient implements ControlClient {
  private static final int CONNECT_TIMEOUT_MILLIS = 3000;

  private final ControlOrigin origin;
  private final SerialExecutor control;
  private final EventLoop loop;
  private final HostNames names;
  private final Bootstrap bootstrap;
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private final ArrayDeque<Call> waiting = new ArrayDeque<>();
  private final ArrayDeque<Call> waitingHeld = new ArrayDeque<>();
  private final java.util.Set<Call> running = new java.util.HashSet<>();
  private final ControlMetrics metrics;
  private int open;
  private int held;
  private boolean closed;

  /** Written by the loop, read by any thread. */
  private volatile long interruptions;

  /**
   * Reads the TLS files of {@code origin}: blocks.
   *
   * @throws IllegalArgumentException when one of them cannot be used, with a message for the
   *     operator
   */
  public NettyControlClient(ControlOrigin origin, ControlRuntime runtime) {
    this(origin, runtime, ControlMetrics.unseen());
  }

  /** As above, and counts. */
  public NettyControlClient(ControlOrigin origin, ControlRuntime runtime, ControlMetrics metrics) {
    this.origin = origin;
    this.metrics = metrics;
    this.control = runtime.control();
    this.loop = runtime.io().next();
    this.names = new HostNames(loop, runtime.blocking(), System::nanoTime, HostNames.SYSTEM);
    var tls = origin.tls() == null ? null : ClientTlsContext.ofControl(origin.tls());
    boolean epoll =
        runtime.io() instanceof IoEventLoopGroup group && group.isIoType(EpollIoHandler.class);
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(initializer(tls));
    KeepAlive.on(bootstrap, epoll);
  }

  private ChannelInitializer<Channel> initializer(@Nullable ClientTlsContext tls) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        if (tls != null) {
          channel.pipeline().addLast(tls.handler(channel.alloc(), origin.host(), origin.port()));
        }
        channel
            .pipeline()
            .addLast(
                new HttpClientCodec(),
                new HttpContentDecompressor(false, origin.maxBodyBytes()),
                new HttpObjectAggregator(origin.maxBodyBytes()),
                new Connection(NettyControlClient.this));
      }
    };
  }

  @Override
  public void get(ControlRequest request, Consumer<ControlResult> done) {
    metrics.requests().increment();
    var call =
        new Call(
            request,
            result -> {
              metrics.ended(result);
              control.execute(() -> done.accept(result));
            });
    try {
      loop.execute(() -> submit(call));
    } catch (RejectedExecutionException stopping) {
      call.done().accept(new Failed(Cause.CLOSED, "the program is stopping"));
    }
  }

  @Override
  public void close() {
    try {
      loop.execute(this::closeAll);
    } catch (RejectedExecutionException stopping) {
      // The loop has ended, and its connections with it.
    }
  }

  @Override
  public long interruptions() {
    return interruptions;
  }

  ControlOrigin origin() {
    return origin;
  }

  private void submit(Call call) {
    if (closed) {
      call.done().accept(new Failed(Cause.CLOSED, "client closed"));
      return;
    }
    (call.request().held() ? waitingHeld : waiting).add(call);
    drain();
  }

  /** Quick requests first; held ones only as far as they leave connections for quick ones. */
  private void drain() {
    while (!closed && (!idle.isEmpty() || open < origin.maxConnections())) {
      Call next = waiting.poll();
      if (next == null && held < origin.maxHeld()) {
        next = waitingHeld.poll();
      }
      if (next == null) {
        return;
      }
      dispatch(next);
    }
  }

  private void dispatch(Call call) {
    running.add(call);
    if (call.request().held()) {
      held++;
    }
    call.arm(loop, () -> finish(call, timedOut(call)));
    var connection = idle.pollLast();
    if (connection == null) {
      connect(call);
    } else {
      connection.send(call, true);
    }
  }

  private static Failed timedOut(Call call) {
    long millis = call.request().deadline().toMillis();
    return new Failed(Cause.TIMED_OUT, "no answer within " + millis + " ms");
  }

  private void connect(Call call) {
    open++;
    names.resolve(
        origin.host(),
        addresses -> {
          if (addresses.isEmpty()) {
            connectFailed(call, Cause.UNRESOLVED, "no address for " + origin.host());
          } else {
            connect(call, addresses, 0);
          }
        });
  }

  private void connect(Call call, List<InetAddress> addresses, int index) {
    bootstrap
        .connect(new InetSocketAddress(addresses.get(index), origin.port()))
        .addListener(
            (ChannelFuture attempt) -> {
              if (attempt.isSuccess()) {
                connected(call, attempt.channel());
              } else if (index + 1 < addresses.size() && !call.finished()) {
                connect(call, addresses, index + 1);
              } else {
                connectFailed(call, attempt.cause());
              }
            });
  }

  private void connected(Call call, Channel channel) {
    metrics.connects().increment();
    channel.closeFuture().addListener(_ -> connectionClosed());
    if (call.finished() || closed) {
      channel.close();
    } else {
      channel.pipeline().get(Connection.class).send(call, false);
    }
  }

  private void connectFailed(Call call, Throwable cause) {
    var kind = cause instanceof ConnectTimeoutException ? Cause.TIMED_OUT : Cause.REFUSED;
    connectFailed(call, kind, String.valueOf(cause.getMessage()));
  }

  private void connectFailed(Call call, Cause cause, String detail) {
    open--;
    finish(call, new Failed(cause, detail));
    drain();
  }

  private void connectionClosed() {
    open--;
    drain();
  }

  /** Loop only: {@code connection} has answered and can be used again. */
  void free(Connection connection) {
    if (closed) {
      connection.close();
    } else {
      idle.addLast(connection);
      drain();
    }
  }

  /** Loop only: {@code connection} is of no more use; {@code byPeer}: and not because of us. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // the loop alone writes
  void lost(Connection connection, boolean byPeer) {
    idle.remove(connection);
    if (byPeer) {
      interruptions++;
    }
  }

  /** Loop only: the connection was an old one and had ended; once more on a fresh one. */
  void again(Call call) {
    connect(call);
  }

  /** Loop only: ends {@code call}, unless it has ended. */
  void finish(Call call, ControlResult result) {
    if (call.finish()) {
      running.remove(call);
      if (call.request().held()) {
        held--;
      }
      call.done().accept(result);
      drain();
    }
  }

  private void closeAll() {
    closed = true;
    var ended = new Failed(Cause.CLOSED, "client closed");
    List.of(waiting, waitingHeld)
        .forEach(
            queue -> {
              queue.forEach(call -> call.done().accept(ended));
              queue.clear();
            });
    List.copyOf(running).forEach(call -> finish(call, ended));
    List.copyOf(idle).forEach(Connection::close);
    idle.clear();
  }
}
