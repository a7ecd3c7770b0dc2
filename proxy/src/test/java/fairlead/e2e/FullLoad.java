package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Load.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads that together ask at a full rate, first until all that takes part is warm. One thread.
 *
 * <p>A machine that cannot bear the rate when all is warm is asked for half of it, and says so; one
 * that cannot bear that either, or not while it lasts, fails the test: 0 failed says little of a
 * load that never came.
 */
final class FullLoad implements AutoCloseable {
  /** In which the rate rises, while everything is compiled. */
  private static final Duration RISE = Duration.ofSeconds(5);

  private static final Duration STEADY = Duration.ofSeconds(1);
  private static final Duration UNTIL_STEADY = Duration.ofSeconds(45);
  private static final double PART_TO_REACH = 0.95;

  private final List<Load> loads = new ArrayList<>();

  private FullLoad() {}

  /** Starts all of these, and returns when for a while all was on time. */
  static FullLoad warm(Load.Plan... plans) {
    try {
      return steady(List.of(plans));
    } catch (AssertionError tooMuch) {
      System.out.println("this machine does not bear the load, so half of it: " + tooMuch);
      return steady(
          Stream.of(plans).map(plan -> plan.at(Math.max(1, plan.perSecond() / 2))).toList());
    }
  }

  private static FullLoad steady(List<Load.Plan> plans) {
    var full = new FullLoad();
    for (var plan : plans) {
      full.loads.add(Load.start(plan.rising(RISE)));
    }
    try {
      full.awaitSteady();
    } catch (AssertionError e) {
      full.close();
      throw e;
    }
    full.loads.forEach(Load::measure);
    return full;
  }

  /** Blocks until all was on time for a while that begins now. */
  void awaitSteady() {
    long from = System.nanoTime();
    Eventually.until(
        () -> "all is on time: " + loads.stream().map(Load::onTimeFor).toList(),
        UNTIL_STEADY,
        () ->
            System.nanoTime() - from > STEADY.toNanos()
                && loads.stream().allMatch(load -> load.onTimeFor().compareTo(STEADY) > 0));
  }

  /** Ends; what {@code during} was about must not have failed one request. */
  List<Report> endWithNoneFailed(String during) throws InterruptedException {
    List<Report> reports = new ArrayList<>();
    for (var load : loads) {
      var report = load.stop();
      System.out.println(during + ": " + report);
      reports.add(report);
    }
    for (var report : reports) {
      assertThat(report.failed()).as(report.toString()).isZero();
    }
    for (var report : reports) {
      assertThat(report.pace().reached())
          .as(report.toString())
          .isGreaterThan(report.pace().asked() * PART_TO_REACH);
    }
    return reports;
  }

  @Override
  public void close() {
    loads.forEach(Load::close);
  }
}
