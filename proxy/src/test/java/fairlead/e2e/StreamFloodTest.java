package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.StreamFlood.Outcome;
import io.grpc.CallOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers that reset what they asked for, against the real program. */
@Timeout(120)
class StreamFloodTest {
  private static final int STREAMS = 100_000;
  private static final int ENHANCE_YOUR_CALM = 11;

  /** Streams that a connection may reset before it is closed. */
  private static final int BUDGET = 200;

  private static final String METHOD = "test.Flood/Reset";

  @TempDir Path dir;

  @Test
  void threat31_aFloodOfResetsEndsItsConnectionAndHardlyReachesTheBackend() throws Exception {
    try (GrpcBackend backend = GrpcLoad.served(GrpcBackend.start());
        H2Hops hops = H2Hops.start(dir, backend.port())) {
      Outcome outcome = StreamFlood.run(hops.place.at(hops.front), "echo", "/" + METHOD, STREAMS);

      assertThat(outcome.goAway()).as("%s%s", outcome, tail(hops)).isEqualTo(ENHANCE_YOUR_CALM);
      assertThat(outcome.closed()).as("%s", outcome).isTrue();
      assertThat(backend.streams(METHOD)).isLessThanOrEqualTo(BUDGET);
    }
  }

  @Test
  void threat31_aFloodThatComesAgainAndAgainCostsLittleAndOthersAreServed() throws Exception {
    try (GrpcBackend backend = GrpcLoad.served(GrpcBackend.start());
        H2Hops hops = H2Hops.start(dir, backend.port());
        GrpcCaller others = GrpcCaller.of(hops.front)) {
      var load = GrpcLoad.start(others, CallOptions.DEFAULT);
      Eventually.until("others are served", Fairlead.START, () -> load.streams() > 20);
      Program program = hops.fairlead.program();
      flood(hops, STREAMS / 10);
      long memory = program.residentKib();
      Duration cpu = program.cpu();
      int servedBefore = load.unary();
      long seenBefore = backend.streams(METHOD);

      int connections = flood(hops, STREAMS);

      assertThat(load.unary()).as("others are served").isGreaterThan(servedBefore);
      assertThat(load.stop()).as("%d connections%s", connections, tail(hops)).isEmpty();
      assertThat(backend.streams(METHOD) - seenBefore)
          .isLessThanOrEqualTo((long) BUDGET * connections);
      assertThat(program.cpu().minus(cpu)).isLessThan(Duration.ofSeconds(30));
      assertThat(program.residentKib() - memory).as("KiB more").isLessThan(32 * 1024);
      assertThat(program.output()).doesNotContain("Exception");
    }
  }

  /** Connects anew each time that it is cut off. Returns how often. */
  private static int flood(H2Hops hops, int streams) throws Exception {
    int connections = 0;
    for (int left = streams; left > 0; connections++) {
      Outcome outcome = StreamFlood.run(hops.place.at(hops.front), "echo", "/" + METHOD, left);
      assertThat(outcome.closed()).as("%s%s", outcome, tail(hops)).isTrue();
      left -= outcome.opened();
    }
    return connections;
  }

  private static String tail(H2Hops hops) {
    return hops.fairlead.program().tail();
  }
}
