package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of streams of one connection that end at the same moment. */
@Timeout(180)
class ManyStreamsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int SLOW = 300;
  private static final int FEW = 1_000;
  private static final int MANY = 10_000;

  private final AtomicInteger open = new AtomicInteger();

  @TempDir Path dir;

  @Test
  void threat38_streamsThatLoseTheirCallerTogetherTakeLinearTime() throws Exception {
    try (GrpcBackend backend = GrpcBackend.start();
        H2Hops hops = H2Hops.taking(2 * MANY, dir, backend.port())) {
      var method = waiting(backend);
      loseCaller(hops, method, FEW);

      Duration few = loseCaller(hops, method, FEW);
      Duration many = loseCaller(hops, method, MANY);

      assertLinear(few, many);
      assertThat(hops.fairlead.program().output()).doesNotContain("Exception");
    }
  }

  @Test
  void threat38_streamsThatLoseTheirBackendTogetherTakeLinearTime() throws Exception {
    int backend = Parts.freePort("127.0.0.1");
    try (H2Hops hops = H2Hops.taking(2 * MANY, dir, backend)) {
      loseBackend(hops, backend, FEW);

      Duration few = loseBackend(hops, backend, FEW);
      Duration many = loseBackend(hops, backend, MANY);

      assertLinear(few, many);
      assertThat(hops.fairlead.program().output()).doesNotContain("Exception");
    }
  }

  /** Ten times as many: a hundred times as long if each looked at all others. */
  private static void assertLinear(Duration few, Duration many) {
    assertThat(many).as("%s for a tenth", few).isLessThan(few.multipliedBy(30).plusMillis(500));
  }

  @Test
  void threat40_hundredsOfSlowReadersHoldBackNobodyElse() throws Exception {
    try (GrpcBackend backend = GrpcBackend.start();
        H2Hops hops = H2Hops.start(dir, backend.port());
        GrpcCaller slow = GrpcCaller.of(hops.front, 64 * 1024);
        GrpcCaller other = GrpcCaller.of(hops.front)) {
      long memory = hops.fairlead.program().residentKib();
      var stalled = new ConcurrentLinkedQueue<GrpcAnswer>();
      var stream =
          backend.serve(
              "Stream",
              MethodType.SERVER_STREAMING,
              answer -> {
                answer.next();
                stalled.add(answer);
                while (!answer.isCancelled()) {
                  answer.send(new byte[16 * 1024]);
                }
              });
      for (int n = 0; n < SLOW; n++) {
        slow.start(stream).ask("go on");
      }
      Eventually.until(
          () -> "all servers wait for their readers" + hops.fairlead.program().tail(),
          SOON,
          () -> stalled.size() == SLOW && stalled.stream().allMatch(GrpcAnswer::isStalled));

      var echo = backend.serve("Echo", MethodType.UNARY, answer -> answer.answer(answer.next()));
      var options = CallOptions.DEFAULT.withDeadlineAfter(SOON);
      for (int n = 0; n < 200; n++) {
        assertThat(other.start(echo, options).ask("number " + n).next()).isEqualTo("number " + n);
      }

      // 300 windows of 64 KiB at each hop, in a program that began with a heap of 16 MiB.
      assertThat(hops.fairlead.program().residentKib() - memory).isLessThan(160 * 1024);
      assertThat(hops.fairlead.program().output()).doesNotContain("Exception");
    }
  }

  /** A backend hangs, and its callers' patience ends at the same moment. */
  @Test
  void aThousandDeadlinesThatPassTogetherHurtNobodyElse() throws Exception {
    try (GrpcBackend backend = GrpcBackend.start();
        H2Hops hops = H2Hops.taking(2 * MANY, dir, backend.port());
        GrpcCaller caller = GrpcCaller.of(hops.front)) {
      var hang =
          backend.serve(
              "Hang",
              MethodType.UNARY,
              answer -> {
                open.incrementAndGet();
                answer.awaitCancelled();
                open.decrementAndGet();
              });
      var talk =
          backend.serve(
              "Talk",
              MethodType.BIDI_STREAMING,
              answer -> {
                answer.send(answer.next());
                answer.answer(answer.next());
              });
      var other = caller.start(talk);
      other.send("before");
      assertThat(other.next()).isEqualTo("before");

      var deadline =
          CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(8)); // all are there by then
      var calls = new ArrayList<GrpcCall>();
      for (int n = 0; n < FEW; n++) {
        calls.add(caller.start(hang, deadline).ask("hello"));
      }
      Eventually.until("all calls are at the backend", SOON, () -> open.get() == FEW);
      Eventually.until("none is any more", SOON, () -> open.get() == 0);

      assertThat(calls).allMatch(call -> call.status().getCode() == Status.Code.DEADLINE_EXCEEDED);
      other.ask("after");
      assertThat(other.next()).isEqualTo("after");
      assertThat(other.next()).as("%s", other.status()).isEqualTo("(the end)");
      assertThat(other.status()).isEqualTo(Status.OK);
    }
  }

  /** A method whose streams last until their caller is gone. */
  private MethodDescriptor<byte[], byte[]> waiting(GrpcBackend backend) {
    return backend.serve(
        "Wait",
        MethodType.BIDI_STREAMING,
        answer -> {
          answer.next();
          open.incrementAndGet();
          answer.awaitCancelled();
          open.decrementAndGet();
        });
  }

  private List<GrpcCall> opened(
      H2Hops hops, GrpcCaller caller, MethodDescriptor<byte[], byte[]> method, int streams) {
    var calls = new ArrayList<GrpcCall>();
    for (int n = 0; n < streams; n++) {
      var call = caller.start(method);
      call.send("wait");
      calls.add(call);
    }
    awaitOpen(hops, streams);
    return calls;
  }

  private void awaitOpen(H2Hops hops, int streams) {
    Eventually.until(
        () -> open + " streams are " + streams + hops.fairlead.program().tail(),
        SOON,
        () -> open.get() == streams);
  }

  /** From the moment that their caller leaves to the end of the last stream at the backend. */
  private Duration loseCaller(H2Hops hops, MethodDescriptor<byte[], byte[]> method, int streams) {
    List<GrpcCall> calls;
    long begin;
    try (GrpcCaller caller = GrpcCaller.of(hops.front)) {
      calls = opened(hops, caller, method, streams);
      begin = System.nanoTime();
    }
    awaitOpen(hops, 0);
    Duration taken = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(calls).noneMatch(call -> call.status().isOk());
    return taken;
  }

  /** From the moment that their backend ends to the end of the last stream at the caller. */
  private Duration loseBackend(H2Hops hops, int port, int streams) throws IOException {
    try (GrpcCaller caller = GrpcCaller.of(hops.front)) {
      List<GrpcCall> calls;
      long begin;
      try (GrpcBackend backend = GrpcBackend.start(port, UnaryOperator.identity())) {
        calls = opened(hops, caller, waiting(backend), streams);
        begin = System.nanoTime();
      }
      assertThat(calls).noneMatch(call -> call.status().isOk());
      Duration taken = Duration.ofNanos(System.nanoTime() - begin);
      awaitOpen(hops, 0);
      return taken;
    }
  }
}
