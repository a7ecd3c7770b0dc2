package fairlead.telemetry;

import fairlead.activity.Watch;
import fairlead.exchange.ErrorCode;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.Locale;

/**
 * What is counted of the frames of one scope's connections ({@code spec/telemetry.md} §12.4). Any
 * thread.
 */
final class Http2Stats implements Watch {
  private final LoopAdder open = new LoopAdder();
  private final Watch gauge;
  private final Sent local;
  private final Sent remote;

  /** What one side sent. */
  private record Sent(Metrics scope, Stat bytes, Counter frames, Counter trailers, Counter resets) {
    static Sent of(Metrics scope) {
      var data = scope.scope("data");
      return new Sent(
          scope,
          data.stat("bytes"),
          data.counter("frames"),
          scope.counter("trailers"),
          scope.counter("reset"));
    }
  }

  /**
   * Makes the counters at 0.
   *
   * @param scope of the listener or the client
   */
  Http2Stats(Metrics scope) {
    gauge = scope.gauge("open_streams", open::sum);
    local = Sent.of(scope.scope("stream").scope("local"));
    remote = Sent.of(scope.scope("stream").scope("remote"));
  }

  void streams(int more) {
    open.add(more);
  }

  void data(boolean sent, int bytes) {
    var by = by(sent);
    by.frames.increment();
    by.bytes.add(bytes);
  }

  void trailers(boolean sent) {
    by(sent).trailers.increment();
  }

  void reset(boolean sent, ErrorCode code) {
    var by = by(sent);
    by.resets.increment();
    by.scope.scope("reset").counter(code.name().toLowerCase(Locale.ROOT)).increment();
  }

  private Sent by(boolean us) {
    return us ? local : remote;
  }

  @Override
  public void close() {
    gauge.close();
  }
}
