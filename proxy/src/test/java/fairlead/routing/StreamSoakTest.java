package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import io.netty.util.internal.PlatformDependent;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Streams that finish, are reset by either side at any point, wait for nobody, or lose their
 * connection, all at once on shared connections, leave nothing behind. A twentieth of {@code
 * -Dfairlead.soak}.
 */
class StreamSoakTest {
  private static final int STREAMS = Integer.getInteger("fairlead.soak", 1_000_000) / 20;
  private static final int CALLERS = 32;

  /** Of one connection: fewer resets than cost it its life. */
  private static final int STREAMS_A_CONNECTION = 40;

  private static final int BODY_BYTES = 20_000;
  private static final long HEAP_SLACK_BYTES = 4L << 20;
  private static final long DIRECT_SLACK_BYTES = 16L << 20;
  private static final long SEED = 20_261_126;

  private final Http2 http2 = new Http2(options());
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final ConcurrentHashMap<Fate, LongAdder> ended = new ConcurrentHashMap<>();
  private final LongAdder broken = new LongAdder();

  /** How a stream goes, and how often of a hundred. */
  private enum Fate {
    ANSWERED(50),
    UPLOADED(15),
    /** The backend gives it up before an answer. */
    RESET(5),
    /** The backend looks at none of it, whoever asks. */
    REFUSED(3),
    /** The backend gives it up within the body. */
    HALVED(5),
    RESET_BY_CALLER_AT_ONCE(6),
    RESET_BY_CALLER_WAITING(6),
    RESET_BY_CALLER_IN_BODY(5),
    RESET_BY_CALLER_IN_UPLOAD(3),
    /** The caller's connection ends. */
    ABORTED(1),
    /** The backend's connection ends, with all that is on it. */
    KILLED(1);

    private final int percent;

    Fate(int percent) {
      this.percent = percent;
    }

    String path() {
      return "/" + name();
    }

    static Fate draw(RandomGenerator random) {
      int point = random.nextInt(100);
      for (var fate : values()) {
        point -= fate.percent;
        if (point < 0) {
          return fate;
        }
      }
      return ANSWERED;
    }
  }

  private record Memory(long heapBytes, long directBytes) {}

  private static Rig.Options options() {
    var options = Http2.toHttp2();
    options.threads = 2;
    return options;
  }

  @AfterEach
  void close() {
    http2.close();
  }

  @Test
  void memoryAndGaugesAreFlatWhateverBecomesOfStreams() throws Exception {
    http2.backend("web", this::serve);

    run(STREAMS / 5, SEED);
    var first = settle();
    run(STREAMS * 4 / 5, SEED + CALLERS);
    var last = settle();

    System.out.printf(
        "stream soak: %s, cut off with their connection %s; heap %.1f then %.1f MiB, direct %.1f then %.1f"
            + " MiB%n",
        ended,
        broken,
        first.heapBytes / 1048576.0,
        last.heapBytes / 1048576.0,
        first.directBytes / 1048576.0,
        last.directBytes / 1048576.0);
    assertThat(faults).isEmpty();
    assertThat(ended).containsOnlyKeys(Fate.values());
    assertThat(broken.sum()).isLessThan(STREAMS / 4);
    assertThat(last.heapBytes).isLessThan(first.heapBytes + HEAP_SLACK_BYTES);
    assertThat(last.directBytes).isLessThan(first.directBytes + DIRECT_SLACK_BYTES);
  }

  // The callers.

  private void run(int streams, long seed) throws InterruptedException {
    var left = new AtomicInteger(streams);
    var chance = RandomGeneratorFactory.of("L64X128MixRandom");
    List<FutureTask<Boolean>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      var random = chance.create(seed + i);
      var caller = new FutureTask<>(() -> ask(left, random), true);
      callers.add(caller);
      Thread.ofVirtual().name("soak-caller").start(caller);
    }
    for (var caller : callers) {
      try {
        caller.get();
      } catch (ExecutionException e) {
        throw new AssertionError(e);
      }
    }
  }

  private void ask(AtomicInteger left, RandomGenerator random) {
    while (left.get() > 0) {
      try (var wire = FrameWire.greeted(http2.rig.address)) {
        boolean alive = true;
        for (int i = 0; alive && i < STREAMS_A_CONNECTION && left.getAndDecrement() > 0; i++) {
          var fate = Fate.draw(random);
          alive = go(wire, 2 * i + 1, fate, random);
          ended.computeIfAbsent(fate, _ -> new LongAdder()).increment();
        }
      } catch (IOException e) {
        faults.add("a caller's connection ended: " + e);
      }
    }
  }

  /** Whether the connection goes on. */
  private boolean go(FrameWire wire, int stream, Fate fate, RandomGenerator random)
      throws IOException {
    boolean upload = fate == Fate.UPLOADED || fate == Fate.RESET_BY_CALLER_IN_UPLOAD;
    var head = FrameWire.request(upload ? "POST" : "GET", fate.path());
    wire.send(Frame.headers(stream, head, !upload));
    if (upload) {
      wire.send(Frame.data(stream, new byte[BODY_BYTES / 2], false));
    }
    switch (fate) {
      case RESET_BY_CALLER_AT_ONCE, RESET_BY_CALLER_IN_UPLOAD -> wire.send(Frame.reset(stream, 8));
      case RESET_BY_CALLER_WAITING -> {
        wire.ping();
        wire.send(Frame.reset(stream, 8));
      }
      case RESET_BY_CALLER_IN_BODY -> {
        wire.await(f -> f.stream() == stream);
        wire.send(Frame.reset(stream, 8));
      }
      case ABORTED -> {
        if (random.nextBoolean()) {
          wire.abort();
        }
        return false;
      }
      case ANSWERED, UPLOADED, RESET, REFUSED, HALVED, KILLED -> {
        if (fate == Fate.UPLOADED) {
          wire.send(Frame.data(stream, new byte[BODY_BYTES / 2], true));
        }
        check(fate, wire.answer(stream));
      }
    }
    wire.send(Frame.windowUpdate(0, BODY_BYTES));
    return true;
  }

  /** A stream may always share the end of the backend's connection with one that was to see it. */
  private void check(Fate fate, FrameWire.Answer answer) {
    boolean whole = answer.reset() < 0;
    switch (fate) {
      case ANSWERED, UPLOADED -> {
        if (!whole || answer.status().equals("502")) {
          broken.increment();
        } else if (!answer.status().equals("200") || answer.body().length() != BODY_BYTES) {
          faults.add(fate + ": " + answer.status() + " with " + answer.body().length() + " bytes");
        }
      }
      case RESET, REFUSED, HALVED, KILLED -> {
        if (whole && !answer.status().equals("502")) {
          faults.add(fate + " was answered " + answer.status());
        }
      }
      default -> faults.add(fate + " was answered");
    }
  }

  // The backend.

  private void serve(FrameWire wire) throws IOException {
    while (true) {
      var frame = wire.next();
      if (frame == null) {
        return;
      }
      if (frame.type() == Frame.PING && !frame.has(Frame.ACK)) {
        wire.send(new Frame(Frame.PING, Frame.ACK, 0, frame.payload()));
      } else if (frame.type() == Frame.DATA) {
        wire.send(Frame.windowUpdate(0, Math.max(1, frame.payload().length)));
        if (frame.has(Frame.END_STREAM)) {
          answer(wire, frame.stream());
        }
      } else if (frame.type() == Frame.HEADERS) {
        begin(wire, frame);
      }
    }
  }

  private static void begin(FrameWire wire, Frame head) throws IOException {
    int stream = head.stream();
    String path =
        wire.fields(head).stream().filter(f -> f.startsWith(":path: /")).findFirst().orElse("");
    switch (Fate.valueOf(path.substring(":path: /".length()))) {
      case ANSWERED, RESET_BY_CALLER_IN_BODY, RESET_BY_CALLER_AT_ONCE, ABORTED ->
          answer(wire, stream);
      case RESET -> wire.send(Frame.reset(stream, 2));
      case REFUSED -> wire.send(Frame.reset(stream, 7));
      case HALVED ->
          wire.send(
              Frame.headers(stream, FrameWire.response(200), false),
              Frame.data(stream, "half".getBytes(StandardCharsets.US_ASCII), false),
              Frame.reset(stream, 2));
      case KILLED -> {
        wire.abort();
        throw new EOFException("as asked");
      }
      case UPLOADED, RESET_BY_CALLER_IN_UPLOAD, RESET_BY_CALLER_WAITING -> {}
    }
  }

  private static void answer(FrameWire wire, int stream) throws IOException {
    wire.send(
        Frame.headers(stream, FrameWire.response(200), false),
        Frame.data(stream, new byte[BODY_BYTES / 2], false),
        Frame.data(stream, new byte[BODY_BYTES / 2], true));
  }

  private Memory settle() {
    Await.until("the callers are gone", () -> http2.rig.router.connections() == 0);
    String client = "rt/http/client/#/test/web/";
    for (var gauge :
        List.of(
            "rt/http/server/127.0.0.1/0/pending",
            "rt/http/server/127.0.0.1/0/connections",
            "rt/http/service/svc/web/pending",
            client + "pending",
            client + "loadbalancer/load",
            client + "pool_waiters")) {
      Await.until(gauge + " is 0", () -> http2.rig.gauge(gauge) == 0);
    }
    System.gc();
    System.gc(); // what the first made unreachable through references
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Memory(heap, PlatformDependent.usedDirectMemory());
  }
}
