package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program gets no time for a while, or too little of it. Nobody else is to blame for that. */
class StandstillTest {
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  @TempDir Path dir;

  @Test
  void fault34_aPauseLongerThanEveryTimeOutFailsNothingAndTakesNobodyOut() throws Exception {
    try (TwoHops hops = TwoHops.start(Place.loopback(), dir, List.of(), 3000, PATIENCE)) {
      Program program = hops.fairlead.program();
      hops.warmUp();
      Load.Report report;
      try (Load load = hops.loadBehind("/after/500", 15)) {
        for (int n = 0; n < 2; n++) {
          Eventually.pause(Duration.ofMillis(1500));
          program.suspend();
          Eventually.pause(Duration.ofSeconds(5));
          program.resume();
        }
        Eventually.pause(Duration.ofSeconds(2));
        report = load.stop();
      }

      assertThat(report.failed()).as("%s%s", report, program.tail()).isZero();
      assertThat(report.slowest()).as("the pause was felt").isGreaterThan(Duration.ofSeconds(4));
      assertThat(hops.misjudged()).as("time-outs and removals%s", program.tail()).isZero();
    }
  }

  /** The first hop tells a deadline. Who reads it when it has passed says so; nobody is blamed. */
  @Test
  void fault34_aPauseLongerThanADeadlineFailsOnlyWhatItWasOf() throws Exception {
    try (TwoHops hops = TwoHops.start(Place.loopback(), dir, List.of(), 3000, PATIENCE)) {
      Program program = hops.fairlead.program();
      hops.warmUp();
      Load.Report report;
      try (Load load = hops.load("/after/200", 15)) {
        Eventually.pause(Duration.ofMillis(1500));
        program.suspend();
        Eventually.pause(Duration.ofSeconds(5));
        program.resume();
        Eventually.pause(Duration.ofSeconds(2));
        report = load.stop();
      }

      assertThat(report.failures())
          .as("%s%s", report, program.tail())
          .allSatisfy(failure -> assertThat(failure.what()).contains("deadline"));
      assertThat(hops.misjudged()).as("time-outs and removals%s", program.tail()).isZero();
    }
  }

  /** Elapsed time is measured by a clock that nobody can set. */
  @Test
  void fault28_aWallClockThatJumpsAnHourEitherWayFailsNothing() throws Exception {
    String library = Parts.fetch("faketime");
    Path clock = Files.writeString(dir.resolve("clock"), "+0\n");
    var place =
        new Place(
            "another-time",
            "127.0.0.1",
            List.of(
                "env",
                "LD_PRELOAD=" + library,
                "FAKETIME_TIMESTAMP_FILE=" + clock,
                "FAKETIME_NO_CACHE=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1"));
    try (TwoHops hops = TwoHops.start(place, dir, List.of(), 4000, PATIENCE)) {
      hops.warmUp();
      jump(hops, clock);
    }
  }

  private static void jump(TwoHops hops, Path clock) throws Exception {
    try (Load load = hops.load("/after/50", 10)) {
      for (String offset : List.of("+3600", "-3600", "+0")) {
        Files.writeString(clock, offset + "\n");
        Eventually.pause(Duration.ofMillis(1500));
        long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        Answer answer = hops.askWithDeadline(now, now + TimeUnit.SECONDS.toNanos(10));
        assertThat(answer.status())
            .as("a deadline by the right clock, ours is %s s off: %s", offset, answer)
            .isEqualTo(200);
      }
      Load.Report report = load.stop();

      Program program = hops.fairlead.program();
      assertThat(report.failed()).as("%s%s", report, program.tail()).isZero();
      assertThat(hops.misjudged()).as("time-outs and removals%s", program.tail()).isZero();
      assertThat(program.output()).doesNotContain("Exception");
    }
  }

  @Test
  void fault27_aFifthOfACpuStartsAndServesAndMisjudgesNobody() throws Exception {
    try (CpuQuota fifth = CpuQuota.create(20_000);
        TwoHops hops = TwoHops.start(fifth.place(), dir, List.of(), 5000, PATIENCE)) {
      hops.warmUp();
      Load.Report report;
      try (Load load = hops.load("/", 10)) {
        Eventually.pause(Duration.ofSeconds(6));
        report = load.stop();
      }
      Program program = hops.fairlead.program();

      assertThat(fifth.throttled()).as("periods in which it was held back").isPositive();
      assertThat(report.failed()).as("%s%s", report, program.tail()).isZero();
      assertThat(hops.misjudged()).as("time-outs and removals%s", program.tail()).isZero();
    }
  }
}
