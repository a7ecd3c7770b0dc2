package fairlead.routing;

import static java.util.Objects.requireNonNull;

import fairlead.server.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** Callers that ask one thing after another, check the answers, and go away when it is time to. */
final class SoakCallers {
  private static final int MOST_FAULTS = 20;

  private final Transport transport;
  private final InetSocketAddress proxy;
  private final AtomicInteger left = new AtomicInteger();
  private final Map<SoakCase, LongAdder> done = new EnumMap<>(SoakCase.class);

  /** What went another way than it had to. */
  final Queue<String> faults = new ConcurrentLinkedQueue<>();

  SoakCallers(Transport transport, InetSocketAddress proxy) {
    this.transport = transport;
    this.proxy = proxy;
    for (var one : SoakCase.values()) {
      done.put(one, new LongAdder());
    }
  }

  /** Asks {@code requests} times from {@code callers} connections at once; blocks until done. */
  void run(int requests, int callers, long seed) throws InterruptedException {
    left.set(requests);
    var running = new CountDownLatch(callers);
    var chance = RandomGeneratorFactory.of("L64X128MixRandom");
    for (int i = 0; i < callers; i++) {
      new Caller(transport.loops().next(), chance.create(seed + i), running).connect();
    }
    if (!running.await(requests / 500 + 60, TimeUnit.SECONDS)) {
      throw new AssertionError(running.getCount() + " callers never ended; " + faults);
    }
  }

  long done(SoakCase which) {
    return counter(which).sum();
  }

  private LongAdder counter(SoakCase which) {
    return requireNonNull(done.get(which));
  }

  private void fault(String what) {
    if (faults.size() < MOST_FAULTS) {
      faults.add(what);
    }
  }

  /** One caller, who connects anew after each end of a connection. One event loop. */
  private final class Caller {
    private final EventLoop loop;
    private final RandomGenerator random;
    private final CountDownLatch running;

    Caller(EventLoop loop, RandomGenerator random, CountDownLatch running) {
      this.loop = loop;
      this.random = random;
      this.running = running;
    }

    void connect() {
      var _ =
          new Bootstrap()
              .group(loop)
              .channel(transport.channel())
              .option(ChannelOption.TCP_NODELAY, true)
              .handler(new Asking(this))
              .connect(proxy)
              .addListener((ChannelFuture f) -> connected(f));
    }

    private void connected(ChannelFuture future) {
      if (!future.isSuccess()) {
        fault("not connected: " + future.cause());
        running.countDown();
      }
    }
  }

  private final class Asking extends ChannelInboundHandlerAdapter {
    private final Caller caller;
    private final byte[] head = new byte[8192];
    private int headBytes;
    private int status;
    private long bodyBytes;
    private long bodyLeft;
    private boolean chunked;
    private long tail;
    private @Nullable SoakCase asked;
    private boolean leaving;
    private boolean over;

    Asking(Caller caller) {
      this.caller = caller;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      next(ctx);
    }

    private void next(ChannelHandlerContext ctx) {
      asked = null;
      if (left.getAndDecrement() <= 0) {
        over = true;
        var _ = ctx.close();
        return;
      }
      headBytes = 0;
      bodyBytes = 0;
      tail = 0;
      status = 0;
      var drawn = SoakCase.draw(caller.random);
      asked = drawn;
      var sent =
          ctx.writeAndFlush(Unpooled.copiedBuffer(drawn.request, StandardCharsets.ISO_8859_1));
      switch (drawn) {
        case LEAVES_IN_HEAD, LEAVES_IN_BODY, LEAVES_AT_ONCE -> sent.addListener(_ -> leave(ctx));
        case LEAVES_WAITING -> {
          long nanos = caller.random.nextLong(3_000_000);
          var _ = ctx.executor().schedule(() -> leave(ctx), nanos, TimeUnit.NANOSECONDS);
        }
        default -> {}
      }
    }

    private void leave(ChannelHandlerContext ctx) {
      leaving = true;
      if (caller.random.nextInt(4) > 0) {
        ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0); // by a reset
      }
      var _ = ctx.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var bytes = (ByteBuf) message;
      try {
        read(ctx, bytes);
      } finally {
        bytes.release();
      }
    }

    private void read(ChannelHandlerContext ctx, ByteBuf bytes) {
      var answered = asked;
      if (leaving || answered == null) {
        return;
      }
      if (answered == SoakCase.LEAVES_IN_ANSWER) {
        leave(ctx);
        return;
      }
      if (answered.leaves()) {
        fault(answered + " was answered: " + bytes.toString(StandardCharsets.ISO_8859_1));
        leave(ctx);
        return;
      }
      while (bytes.isReadable()) {
        if (status == 0) {
          readHead(bytes.readByte());
        } else {
          readBody(bytes);
        }
        if (status != 0 && isWhole()) {
          check(answered);
          counter(answered).increment();
          next(ctx);
          return;
        }
      }
    }

    private void readHead(byte b) {
      head[headBytes++] = b;
      tail = tail << 8 | b;
      if ((tail & 0xFFFFFFFFL) != 0x0D0A0D0AL) {
        return;
      }
      tail = 0;
      String text = new String(head, 0, headBytes, StandardCharsets.ISO_8859_1);
      status = Integer.parseInt(text.substring(9, 12));
      String length = Wire.header(text, "Content-Length");
      chunked = Wire.header(text, "Transfer-Encoding") != null;
      bodyLeft = length == null ? 0 : Long.parseLong(length);
    }

    private void readBody(ByteBuf bytes) {
      if (chunked) {
        tail = tail << 8 | bytes.readByte();
        bodyBytes++;
      } else {
        int step = (int) Math.min(bodyLeft, bytes.readableBytes());
        bytes.skipBytes(step);
        bodyLeft -= step;
        bodyBytes += step;
      }
    }

    private boolean isWhole() {
      return chunked ? (tail & 0xFFFFFFFFFFL) == 0x300D0A0D0AL : bodyLeft == 0;
    }

    /** Chunks may be cut anew, so that their length with its framing is not told. */
    private void check(SoakCase answered) {
      boolean sized = answered.bodyBytes < 0 || chunked || answered.bodyBytes == bodyBytes;
      if (answered.status != status || !sized || answered == SoakCase.BROKEN) {
        fault(answered + " got " + status + " with " + bodyBytes + " bytes");
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (over) {
        caller.running.countDown();
        return;
      }
      var cut = asked;
      if (cut != null) {
        if (!leaving && !(cut == SoakCase.BROKEN && status == 200)) {
          fault(cut + " was cut off, status " + status + ", " + bodyBytes + " bytes");
        }
        counter(cut).increment();
      }
      caller.connect();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close(); // the end of the connection is judged above
    }
  }
}
