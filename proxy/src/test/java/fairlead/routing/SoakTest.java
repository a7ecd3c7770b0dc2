package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.server.Transport;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A million requests on real sockets, aborted ones among them, leave nothing behind. {@code
 * -Dfairlead.soak=20000} for fewer.
 */
class SoakTest {
  private static final int REQUESTS = Integer.getInteger("fairlead.soak", 1_000_000);
  private static final int CALLERS = 64;
  private static final long HEAP_SLACK_BYTES = 4L << 20;

  /** The allocator takes memory in chunks of megabytes, and may want one more at any time. */
  private static final long DIRECT_SLACK_BYTES = 16L << 20;

  private static final long SEED = 20_261_126;

  private final Transport backends = Transport.of(Transport.newLoops(1, "soak-backend"));
  private final Transport callers = Transport.of(Transport.newLoops(1, "soak-caller"));
  private final Rig rig = new Rig(options());

  private record Memory(long heapBytes, long directBytes) {
    @Override
    public String toString() {
      return "heap %.1f MiB, direct %.1f MiB"
          .formatted(heapBytes / 1048576.0, directBytes / 1048576.0);
    }
  }

  @AfterEach
  void close() {
    rig.close();
    for (var transport : new Transport[] {backends, callers}) {
      var _ = transport.loops().shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  @Test
  void memoryStaysFlatOverAMillionRequestsWithAbortedOnesAmongThem() throws Exception {
    var one = new SoakBackend(backends);
    var two = new SoakBackend(backends);
    rig.interpreter.bind("web", one.address(), two.address());
    var load = new SoakCallers(callers, rig.address);
    long start = System.nanoTime();

    load.run(REQUESTS / 10, CALLERS, SEED);
    var first = settle();
    load.run(REQUESTS / 10 * 8, CALLERS, SEED + CALLERS);
    load.run(REQUESTS / 10, CALLERS, SEED + 2 * CALLERS);
    var last = settle();

    System.out.printf(
        "soak: %d requests in %.1f s; after the first tenth %s; after the last %s%n",
        REQUESTS, (System.nanoTime() - start) / 1e9, first, last);
    assertThat(load.faults).isEmpty();
    long done = Arrays.stream(SoakCase.values()).mapToLong(load::done).sum();
    assertThat(done).isEqualTo(REQUESTS);
    assertThat(Arrays.stream(SoakCase.values())).allMatch(c -> load.done(c) > 0);
    String service = "rt/http/service/svc/web/";
    assertThat(rig.count(service + "requests"))
        .isEqualTo(rig.count(service + "success") + rig.count(service + "failures"));
    assertThat(rig.count(service + "failures/interrupted")).isPositive();
    assertThat(last.heapBytes).isLessThan(first.heapBytes + HEAP_SLACK_BYTES);
    assertThat(last.directBytes).isLessThan(first.directBytes + DIRECT_SLACK_BYTES);
  }

  /** Waits until nothing is in progress, and says what is in use then. */
  private Memory settle() {
    Await.until("the callers are gone", () -> rig.router.connections() == 0);
    rig.awaitQuiet("web");
    assertThat(rig.gauge("rt/http/server/127.0.0.1/0/connections")).isZero();
    System.gc();
    System.gc(); // what the first made unreachable through references
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Memory(heap, PlatformDependent.usedDirectMemory());
  }

  private static Rig.Options options() {
    var options = new Rig.Options();
    options.threads = 2;
    return options;
  }
}
