package fairlead.client;

import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.concurrent.TimeUnit;

/**
 * What is counted of the HTTP/2 connections of one client beside their streams ({@code
 * spec/telemetry.md} §12.3, §12.4). Any thread.
 */
public final class PingStats {
  private final Counter pings;
  private final Counter closes;
  private final Stat latency;
  private final Counter unmade;
  private final Counter dead;

  /**
   * Makes the counters at 0.
   *
   * @param scope that of the client
   */
  public PingStats(Metrics scope) {
    var detector = scope.scope("failure_detector");
    pings = detector.counter("ping");
    closes = detector.counter("close");
    latency = detector.stat("ping_latency_us");
    var connects = scope.scope("singletonpool").scope("connects");
    unmade = connects.counter("fail");
    dead = connects.counter("dead");
  }

  void answered(long nanos) {
    pings.increment();
    latency.add(TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  /** No connection could be made. */
  void unmade() {
    unmade.increment();
  }

  /** One ended without our having wished it. */
  void dead() {
    dead.increment();
  }

  void silent() {
    pings.increment();
    closes.increment();
  }
}
