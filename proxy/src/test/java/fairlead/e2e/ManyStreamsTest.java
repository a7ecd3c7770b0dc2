package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
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
  void threat38_streamsResetTogetherTakeLinearTime() throws Exception {
    try (GrpcBackend backend = GrpcBackend.start();
        H2Hops hops = H2Hops.taking(2 * MANY, dir, backend.port())) {
      var method =
          backend.serve(
              "Wait",
              MethodType.BIDI_STREAMING,
              answer -> {
                answer.next();
                open.incrementAndGet();
                answer.awaitCancelled();
                open.decrementAndGet();
              });
      endTogether(hops, method, FEW);

      Duration few = endTogether(hops, method, FEW);
      Duration many = endTogether(hops, method, MANY);

      // Ten times as many: a hundred times as long if each looked at all others.
      assertThat(many).as("%s for a tenth", few).isLessThan(few.multipliedBy(30).plusMillis(500));
      assertThat(hops.fairlead.program().output()).doesNotContain("Exception");
    }
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

      var deadline = CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(3));
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

  /** From the moment that their caller leaves to the end of the last of its streams. */
  private Duration endTogether(H2Hops hops, MethodDescriptor<byte[], byte[]> method, int streams) {
    var calls = new ArrayList<GrpcCall>();
    long begin;
    try (GrpcCaller caller = GrpcCaller.of(hops.front)) {
      for (int n = 0; n < streams; n++) {
        var call = caller.start(method);
        call.send("wait");
        calls.add(call);
      }
      Eventually.until(
          () -> open + " streams are open" + hops.fairlead.program().tail(),
          SOON,
          () -> open.get() == streams);
      begin = System.nanoTime();
    }
    Eventually.until(
        () -> open + " streams are left" + hops.fairlead.program().tail(),
        SOON,
        () -> open.get() == 0);
    Duration taken = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(calls).allMatch(call -> !call.status().isOk());
    return taken;
  }
}
