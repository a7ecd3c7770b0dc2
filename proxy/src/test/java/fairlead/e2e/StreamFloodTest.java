package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.StreamFlood.Outcome;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers that reset what they asked for, against the real program. */
@Timeout(120)
class StreamFloodTest {
  private static final int STREAMS = 100_000;
  private static final int ENHANCE_YOUR_CALM = 11;

  /** Streams that a connection may reset at once, and the one that is too many. */
  private static final int BUDGET = 201;

  private static final int A_SECOND_MORE = 20;
  private static final MethodDescriptor<byte[], byte[]> METHOD =
      GrpcMethod.of("test.Flood/Reset", MethodType.BIDI_STREAMING);

  @TempDir Path dir;

  /** Which never answers {@link #METHOD}. */
  private static GrpcBackend backend() throws IOException {
    GrpcBackend backend = GrpcLoad.served(GrpcBackend.start());
    backend.serve(METHOD, GrpcAnswer::awaitCancelled);
    return backend;
  }

  @Test
  void threat31_aFloodOfResetsEndsItsConnectionAndHardlyReachesTheBackend() throws Exception {
    try (GrpcBackend backend = backend();
        H2Hops hops = H2Hops.start(dir, backend.port())) {
      long begin = System.nanoTime();

      Outcome outcome = flood(hops, STREAMS);

      assertThat(outcome.goAway()).as("%s%s", outcome, tail(hops)).isEqualTo(ENHANCE_YOUR_CALM);
      assertThat(seen(backend)).isLessThanOrEqualTo(budget(1, begin));
    }
  }

  @Test
  void threat31_aFloodThatComesAgainAndAgainCostsLittleAndOthersAreServed() throws Exception {
    try (GrpcBackend backend = backend();
        H2Hops hops = H2Hops.start(dir, backend.port());
        GrpcCaller others = GrpcCaller.of(hops.front)) {
      var load = GrpcLoad.start(others, CallOptions.DEFAULT);
      Eventually.until("others are served", Fairlead.START, () -> load.streams() > 20);
      Program program = hops.fairlead.program();
      long begin = System.nanoTime();
      int warming = floodAgainAndAgain(hops, STREAMS / 10);
      long memory = program.residentKib();
      Duration cpu = program.cpu();
      int servedBefore = load.unary();

      int connections = floodAgainAndAgain(hops, STREAMS);

      assertThat(load.unary()).as("others are served").isGreaterThan(servedBefore);
      assertThat(load.stop()).as("%d connections%s", connections, tail(hops)).isEmpty();
      assertThat(seen(backend)).isLessThanOrEqualTo(budget(warming + connections, begin));
      assertThat(program.cpu().minus(cpu)).isLessThan(Duration.ofSeconds(30));
      assertThat(program.residentKib() - memory).as("KiB more").isLessThan(32 * 1024);
      assertThat(program.output()).doesNotContain("Exception");
    }
  }

  private static long seen(GrpcBackend backend) {
    return backend.streams(METHOD.getFullMethodName());
  }

  /** What so many connections may bring the backend, one after the other, since then. */
  private static long budget(int connections, long sinceNanos) {
    long seconds = 1 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - sinceNanos);
    return (long) connections * BUDGET + seconds * A_SECOND_MORE;
  }

  /** On one connection; fails when that is not closed. */
  private static Outcome flood(H2Hops hops, int streams) throws Exception {
    Outcome outcome =
        StreamFlood.run(
            hops.place.at(hops.front), "echo", "/" + METHOD.getFullMethodName(), streams);
    assertThat(outcome.closed()).as("%s%s", outcome, tail(hops)).isTrue();
    return outcome;
  }

  /** Connects anew each time that it is cut off. Returns how often. */
  private static int floodAgainAndAgain(H2Hops hops, int streams) throws Exception {
    int connections = 0;
    for (int left = streams; left > 0; connections++) {
      left -= flood(hops, left).opened();
    }
    return connections;
  }

  private static String tail(H2Hops hops) {
    return hops.fairlead.program().tail();
  }
}
