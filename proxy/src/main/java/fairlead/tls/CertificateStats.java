package fairlead.tls;

import fairlead.activity.Watch;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is counted of certificate files, below {@code tls}: how often they were read anew or
 * refused, and for each {@code certificates/FILE/seconds_left}. Any thread, one at a time.
 */
final class CertificateStats implements Watch {
  private final Metrics scope;
  private final Counter renewed;
  private final Counter refused;
  private final List<Watch> gauges = new ArrayList<>();

  CertificateStats(Metrics scope) {
    this.scope = scope.scope("tls");
    this.renewed = this.scope.counter("certificates_renewed");
    this.refused = this.scope.counter("certificates_refused");
  }

  synchronized void loaded(Map<String, Instant> expiries) {
    gauges.forEach(Watch::close);
    gauges.clear();
    expiries.forEach(
        (file, end) ->
            gauges.add(
                scope
                    .scope("certificates")
                    .scope(file.replaceFirst("^/+", ""))
                    .gauge("seconds_left", () -> secondsTo(end))));
  }

  private static double secondsTo(Instant end) {
    return end.getEpochSecond() - Instant.now().getEpochSecond();
  }

  void renewed(Map<String, Instant> expiries) {
    renewed.increment();
    loaded(expiries);
  }

  void refused() {
    refused.increment();
  }

  @Override
  public synchronized void close() {
    gauges.forEach(Watch::close);
    gauges.clear();
  }
}
