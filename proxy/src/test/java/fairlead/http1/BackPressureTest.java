package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.Limits;
import fairlead.wire.HeadLimits;
import fairlead.wire.NotingOwner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Who reads slowly slows down who sends, and memory stays bounded ({@code spec/http.md} §8): two
 * connections joined by an exchange, of which one peer stops reading.
 */
class BackPressureTest {
  private static final int READ = 16 * 1024;
  private static final long TOTAL = 8L * 1024 * 1024;

  /** High water mark, one read beyond it, and the heads. */
  private static final long BOUND = 65_536 + 2 * READ + 1024;

  /** A chunk's framing is ours: at most as much again, for the small chunks of this test. */
  private static final long CHUNKED_BOUND = 2 * BOUND;

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
  private final NotingPool pool = new NotingPool();
  private final ClientCodec client =
      new ClientCodec(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
          HeadLimits.DEFAULT,
          pool,
          new NotingOwner());
  private final StallingChannel backend = StallingChannel.with(client);
  private final StallingChannel caller =
      StallingChannel.with(
          new ServerCodec(
              new ServerSettings(HeadLimits.DEFAULT, new Limits(1 << 20, 8192, 5120), null, null),
              exchange -> exchange.attach(client),
              new NotingOwner()));

  @AfterEach
  void close() {
    caller.finishAndReleaseAll();
    backend.finishAndReleaseAll();
  }

  @Test
  void aCallerThatDoesNotReadStopsTheBackend() {
    caller.deliver(text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    run();
    caller.stall();
    backend.deliver(text("HTTP/1.1 200 OK\r\nContent-Length: " + TOTAL + "\r\n\r\n"));

    long fed = feedWhileWanted(backend, false, TOTAL);

    assertThat(fed).isPositive().isLessThanOrEqualTo(BOUND);
    assertThat(caller.pending()).isLessThanOrEqualTo(BOUND);
    assertThat(backend.wantsRead()).isFalse();
  }

  @Test
  void aBackendThatDoesNotReadStopsTheCaller() {
    backend.stall();
    caller.deliver(text("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + TOTAL + "\r\n\r\n"));

    long fed = feedWhileWanted(caller, false, TOTAL);

    assertThat(fed).isPositive().isLessThanOrEqualTo(BOUND);
    assertThat(backend.pending()).isLessThanOrEqualTo(BOUND);
    assertThat(caller.wantsRead()).isFalse();
  }

  @Test
  void chunksAreHeldBackInBothDirections() {
    String head = "Transfer-Encoding: chunked\r\n\r\n";
    backend.stall();
    caller.deliver(text("POST / HTTP/1.1\r\nHost: a\r\n" + head));

    long sent = feedWhileWanted(caller, true, TOTAL);

    assertThat(sent).isPositive().isLessThanOrEqualTo(CHUNKED_BOUND);
    assertThat(backend.pending()).isLessThanOrEqualTo(CHUNKED_BOUND);
    caller.stall();
    backend.deliver(text("HTTP/1.1 200 OK\r\n" + head));

    long answered = feedWhileWanted(backend, true, TOTAL);

    assertThat(answered).isPositive().isLessThanOrEqualTo(CHUNKED_BOUND);
    assertThat(caller.pending()).isLessThanOrEqualTo(CHUNKED_BOUND);
  }

  @Test
  void interimAnswersAreHeldBackToo() {
    caller.deliver(text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    run();
    caller.stall();
    String hint = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";

    long fed = 0;
    while (backend.wantsRead() && fed < TOTAL) {
      backend.deliver(text(hint.repeat(100)));
      fed += hint.length() * 100L;
      run();
    }

    assertThat(fed).isLessThanOrEqualTo(2 * BOUND);
  }

  @Test
  void everyByteArrivesHoweverOftenTheCallerStalls() {
    caller.deliver(text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    run();
    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + TOTAL + "\r\n\r\n";
    backend.deliver(text(head));

    long expected = passAll(backend, caller, StallingChannel.checksum(0, text(head)));

    assertThat(caller.taken()).isEqualTo(head.length() + TOTAL);
    assertThat(caller.checksum()).isEqualTo(expected);
    assertThat(pool.freed).as("the connection is used again").isEqualTo(1);
  }

  @Test
  void everyByteArrivesHoweverOftenTheBackendStalls() {
    String head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + TOTAL + "\r\n\r\n";
    caller.deliver(text(head));
    run();

    long expected = passAll(caller, backend, StallingChannel.checksum(0, text(head)));

    assertThat(backend.taken()).isEqualTo(head.length() + TOTAL);
    assertThat(backend.checksum()).isEqualTo(expected);
  }

  @Test
  void theLastBytesOfAnAnswerAreSentBeforeTheConnectionCloses() {
    caller.stall();
    caller.deliver(text("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    run();
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    backend.deliver(text(answer));
    run();
    assertThat(caller.isOpen()).isTrue();

    caller.goOn();
    run();

    assertThat(caller.isOpen()).isFalse();
    assertThat(caller.taken()).isEqualTo(answer.length() + "Connection: close\r\n".length());
  }

  /** Feeds {@code from} as long as it is read; how many bytes that were. */
  private long feedWhileWanted(StallingChannel from, boolean chunks, long most) {
    long fed = 0;
    run();
    while (from.wantsRead() && fed < most) {
      from.deliver(chunks ? chunk(READ) : part(READ));
      fed += READ;
      run();
    }
    return fed;
  }

  /** A whole body goes from one to the other, which stalls at random; the checksum of all. */
  private long passAll(StallingChannel from, StallingChannel to, long before) {
    long sum = before;
    long fed = 0;
    while (fed < TOTAL) {
      if (random.nextInt(3) == 0) {
        to.stall();
      } else if (random.nextBoolean() || !from.wantsRead()) {
        to.goOn();
      }
      run();
      if (from.wantsRead()) {
        var bytes = part((int) Math.min(1 + random.nextInt(READ), TOTAL - fed));
        sum = StallingChannel.checksum(sum, bytes);
        fed += bytes.readableBytes();
        from.deliver(bytes);
      }
      run();
      assertThat(to.pending()).isLessThanOrEqualTo(BOUND);
    }
    to.goOn();
    run();
    return sum;
  }

  private void run() {
    for (int i = 0; i < 4; i++) {
      caller.runPendingTasks();
      backend.runPendingTasks();
    }
  }

  private ByteBuf part(int bytes) {
    byte[] part = new byte[bytes];
    random.nextBytes(part);
    return Unpooled.wrappedBuffer(part);
  }

  private ByteBuf chunk(int bytes) {
    return Unpooled.wrappedBuffer(
        text(Integer.toHexString(bytes) + "\r\n"), part(bytes), text("\r\n"));
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }
}
