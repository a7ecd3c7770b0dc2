package fairlead.routing;

import static fairlead.http2.FrameWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.server.Transport;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Streams that end in every way, many at a time, leave nothing behind. {@code
 * -Dfairlead.soak.streams=1000000} for a long run.
 */
class Http2SoakTest {
  private static final int STREAMS = Integer.getInteger("fairlead.soak.streams", 40_000);

  /** A connection's, before the next one is opened. */
  private static final int BATCH = 50;

  private static final long HEAP_SLACK_BYTES = 4L << 20;

  /** The allocator takes memory in chunks of megabytes, and may want one more at any time. */
  private static final long DIRECT_SLACK_BYTES = 16L << 20;

  private final Transport backends = Transport.of(Transport.newLoops(1, "soak-backend"));
  private final Http2 http2 = new Http2();
  private final SplittableRandom random = new SplittableRandom(20_261_126);

  @AfterEach
  void close() {
    http2.close();
    var _ = backends.loops().shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void memoryStaysFlatWhateverWayStreamsEnd() throws IOException {
    var one = new SoakBackend(backends);
    var two = new SoakBackend(backends);
    http2.rig.interpreter.bind("web", one.address(), two.address());

    run(STREAMS / 10);
    long[] first = settle();
    run(STREAMS / 10 * 9);
    long[] last = settle();

    assertThat(last[0]).as("heap").isLessThan(first[0] + HEAP_SLACK_BYTES);
    assertThat(last[1]).as("direct").isLessThan(first[1] + DIRECT_SLACK_BYTES);
    String service = "rt/http/service/svc/web/";
    assertThat(http2.rig.count(service + "requests"))
        .isEqualTo(http2.rig.count(service + "success") + http2.rig.count(service + "failures"));
    assertThat(http2.rig.count(service + "success")).isPositive();
    assertThat(http2.rig.count(service + "failures")).isPositive();
  }

  private void run(int streams) throws IOException {
    for (int done = 0; done < streams; done += BATCH) {
      try (var caller = FrameWire.greeted(http2.rig.address, Frame.INITIAL_WINDOW_SIZE, 300_000)) {
        for (int i = 0; i < BATCH; i++) {
          stream(caller, 2 * i + 1);
        }
        caller.send(Frame.windowUpdate(0, 1 << 24));
        if (random.nextInt(3) > 0) {
          caller.ping();
        }
        if (random.nextInt(3) == 0) {
          caller.abort();
        }
      }
    }
  }

  /** One stream, and how it ends. */
  private void stream(FrameWire caller, int id) throws IOException {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> caller.get(id, "/small");
      case 3 -> caller.get(id, "/medium");
      case 4 -> caller.get(id, "/chunked");
      case 5 -> caller.get(id, "/large");
      case 6 -> caller.get(id, "/dies");
      case 7 -> {
        caller.get(id, "/wait");
        caller.send(Frame.reset(id, 8));
      }
      case 8 -> {
        caller.get(id, "/large");
        caller.send(Frame.reset(id, 8));
      }
      case 9 -> {
        caller.send(Frame.headers(id, request("POST", "/upload", "content-length: 4096"), false));
        caller.send(Frame.data(id, new byte[4096], true));
      }
      case 10 -> {
        caller.send(Frame.headers(id, request("POST", "/upload", "content-length: 99999"), false));
        caller.send(Frame.data(id, new byte[4096], false));
      }
      default -> {
        caller.send(Frame.headers(id, request("POST", "/upload", "content-length: 5"), false));
        caller.send(Frame.data(id, new byte[6], false));
      }
    }
  }

  /** Bytes of heap and of direct memory once nothing is in progress. */
  private long[] settle() {
    Await.until("the callers are gone", () -> http2.rig.router.connections() == 0);
    http2.rig.awaitQuiet("web");
    System.gc();
    System.gc(); // what the first made unreachable through references
    return new long[] {
      ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
      PlatformDependent.usedDirectMemory()
    };
  }
}
