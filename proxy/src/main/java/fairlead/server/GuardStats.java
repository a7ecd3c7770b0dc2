package fairlead.server;

import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.wire.Glitch;
import fairlead.wire.Slowness;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What a listener turned away, beside its other counters. Any thread. */
final class GuardStats {
  private final Counter heads;
  private final Counter bodies;
  private final Counter reads;
  private final Counter writes;
  private final Counter refused;
  private final Counter acceptFailures;
  private final Counter badProxyHeaders;
  private final Map<Glitch, Counter> glitches;
  private final Map<Glitch, Counter> glitchCloses;

  /**
   * Makes the counters at 0.
   *
   * @param scope {@code rt/<label>/server/<ip>/<port>}
   * @param http2 whether callers may speak it
   */
  GuardStats(Metrics scope, boolean http2) {
    heads = scope.counter("head_timeout");
    bodies = scope.counter("body_timeout");
    reads = scope.counter("read_timeout");
    writes = scope.counter("write_timeout");
    refused = scope.counter("connections_refused");
    acceptFailures = scope.counter("accept_failures");
    badProxyHeaders = scope.counter("bad_proxy_headers");
    glitches = http2 ? counters(scope.scope("glitches")) : Map.of();
    glitchCloses = http2 ? counters(scope.scope("glitch_closes")) : Map.of();
  }

  private static Map<Glitch, Counter> counters(Metrics scope) {
    var counters = new EnumMap<Glitch, Counter>(Glitch.class);
    for (Glitch glitch : Glitch.values()) {
      counters.put(glitch, scope.counter(glitch.name().toLowerCase(Locale.ROOT)));
    }
    return counters;
  }

  /** A caller did what costs more than it brings. */
  void glitch(Glitch what) {
    count(glitches, what);
  }

  /** A connection is closed for having done too much of it. */
  void spent(Glitch what) {
    count(glitchCloses, what);
  }

  private static void count(Map<Glitch, Counter> counters, Glitch what) {
    var counter = counters.get(what);
    if (counter != null) {
      counter.increment();
    }
  }

  void tooSlow(Slowness what) {
    var counter =
        switch (what) {
          case HEAD -> heads;
          case BODY -> bodies;
          case READ -> reads;
          case WRITE -> writes;
        };
    counter.increment();
  }

  /** A connection too many. */
  void refused() {
    refused.increment();
  }

  /** A connection that could not be had from the system. */
  void acceptFailed() {
    acceptFailures.increment();
  }

  /** A trusted peer did not begin with a PROXY protocol header. */
  void badProxyHeader() {
    badProxyHeaders.increment();
  }
}
