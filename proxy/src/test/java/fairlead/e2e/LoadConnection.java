package fairlead.e2e;

import fairlead.e2e.Caller.Answer;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link Load}, with at most one request under way. Its loop's thread. */
final class LoadConnection extends SimpleChannelInboundHandler<FullHttpResponse> {
  private static final int LARGEST_ANSWER = 1 << 20;

  /** Who waits for what becomes of requests. */
  interface Owner {
    void answered(LoadConnection by, Request request, Answer answer);

    /** Also when it could not be connected; the connection is closed then. */
    void failed(LoadConnection by, Request request, String why);
  }

  /**
   * What is asked.
   *
   * @param dueNanos of {@link System#nanoTime}
   * @param again whether a connection was closed under it before
   */
  record Request(long dueNanos, boolean again) {}

  private final Owner owner;
  private final byte[] bytes;
  private final Channel channel;
  private @Nullable Request request;
  private @Nullable Throwable cause;
  private boolean ready;
  private boolean answered;
  private boolean heard;
  private long heardNanos;

  private LoadConnection(EventLoopGroup loop, Load.Plan plan, Owner owner) {
    this.owner = owner;
    this.bytes = plan.bytes();
    this.heardNanos = System.nanoTime();
    this.channel = channel(plan);
    loop.register(channel).addListener(_ -> connect(plan.target()));
  }

  private void connect(InetSocketAddress target) {
    channel
        .connect(target)
        .addListener(
            made -> {
              if (!made.isSuccess()) {
                // Later, as the request may not be known yet.
                channel.eventLoop().execute(() -> over(made.cause()));
              }
            });
  }

  /** Begins to connect. */
  static LoadConnection open(EventLoopGroup loop, Load.Plan plan, Owner owner) {
    return new LoadConnection(loop, plan, owner);
  }

  private Channel channel(Load.Plan plan) {
    var made = new NioSocketChannel();
    made.config().setTcpNoDelay(true);
    made.config().setConnectTimeoutMillis(Math.toIntExact(plan.patience().toMillis()));
    if (plan.tls() != null) {
      SSLEngine engine = plan.tls().createSSLEngine(); // without a name: no session is resumed
      engine.setUseClientMode(true);
      made.pipeline().addLast(new SslHandler(engine));
    }
    made.pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object message) {
                heard = true;
                heardNanos = System.nanoTime();
                context.fireChannelRead(message);
              }
            },
            new HttpResponseDecoder(),
            new HttpObjectAggregator(LARGEST_ANSWER),
            this);
    return made;
  }

  /** Sends it, as soon as it may. */
  void send(Request next) {
    request = next;
    heard = false;
    heardNanos = System.nanoTime();
    if (ready) {
      write();
    }
  }

  private void write() {
    var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
  }

  /** Whether the other side has not closed it. */
  boolean isOpen() {
    return channel.isOpen();
  }

  /** Whether it had been kept, and then not one byte of an answer came. */
  boolean endedWhileIdle() {
    return answered && !heard;
  }

  /** Nanoseconds since a byte came, or since the request was to be sent. */
  long silentNanos() {
    return System.nanoTime() - heardNanos;
  }

  /** Ends it, and fails what is under way. */
  void breakOff(String why) {
    over(new IllegalStateException(why));
  }

  void close() {
    var _ = channel.close();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (channel.pipeline().get(SslHandler.class) == null) {
      begin();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        begin();
      } else {
        over(handshake.cause());
      }
    }
    context.fireUserEventTriggered(event);
  }

  private void begin() {
    ready = true;
    if (request != null) {
      write();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpResponse came) {
    if (came.decoderResult().isFailure()) {
      over(came.decoderResult().cause());
    } else if (request == null) {
      close(); // An answer that nobody asked for: the next request finds it closed.
    } else if (came.status().code() >= 200) {
      Request done = request;
      request = null;
      answered = true;
      owner.answered(this, done, answer(came));
    }
  }

  private static Answer answer(FullHttpResponse came) {
    Map<String, String> headers = new TreeMap<>();
    came.headers().forEach(h -> headers.put(h.getKey().toLowerCase(Locale.ROOT), h.getValue()));
    return new Answer(
        came.status().code(), headers, came.content().toString(StandardCharsets.UTF_8));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
    cause = fault;
    var _ = context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    over(cause);
  }

  private void over(@Nullable Throwable why) {
    var _ = channel.close();
    if (request != null) {
      Request broken = request;
      request = null;
      owner.failed(this, broken, told(why));
    }
  }

  private String told(@Nullable Throwable why) {
    return why == null
        ? "connection closed " + (heard ? "within" : "before") + " an answer"
        : String.valueOf(why.getMessage());
  }
}
