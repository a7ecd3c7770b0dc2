package fairlead.telemetry;

import fairlead.exchange.Exchange;
import fairlead.exchange.Outcome;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.concurrent.TimeUnit;

/**
 * How the streams of an {@code h2} router ended, how long they took and what they carried, at one
 * scope ({@code spec/telemetry.md} §12.4). Any event loop.
 */
final class StreamStats {
  private final boolean attempts;
  private final Part request;
  private final Part response;
  private final Part both;

  /** One direction, or both together. */
  private record Part(Metrics scope, Counter success, Counter failures, Stat millis, Stat bytes) {
    static Part of(Metrics scope, String millis) {
      return new Part(
          scope,
          scope.counter("stream_success"),
          scope.counter("stream_failures"),
          scope.stat(millis),
          scope.stat("data_bytes"));
    }

    void ended(boolean whole, Outcome outcome, long nanos, long carried) {
      (whole ? success : failures).increment();
      millis.add(TimeUnit.NANOSECONDS.toMillis(nanos));
      bytes.add(carried);
      if (!whole && outcome instanceof Outcome.Failed(var failure)) {
        FailureNames.ofAttempt(failure).count(scope.scope("failures"));
      }
    }
  }

  /**
   * Makes the counters at 0.
   *
   * @param attempts whether one attempt is looked at, not the whole exchange
   */
  StreamStats(boolean attempts, Metrics scope) {
    this.attempts = attempts;
    this.request = Part.of(scope.scope("request").scope("stream"), "stream_duration_ms");
    this.response = Part.of(scope.scope("response").scope("stream"), "stream_duration_ms");
    this.both = Part.of(scope.scope("stream"), "total_latency_ms");
  }

  void end(Exchange exchange, Outcome outcome) {
    long start = attempts ? exchange.attemptNanos() : exchange.startNanos();
    long now = exchange.nanoTime();
    var caller = exchange.caller();
    boolean answered = outcome instanceof Outcome.Answered || outcome instanceof Outcome.Retried;
    boolean sent = exchange.isRequestWhole() || (answered && exchange.isTunnel());
    long requestEnd = exchange.isRequestWhole() ? caller.receivedNanos() : now;
    request.ended(sent, outcome, Math.max(0, requestEnd - start), caller.receivedBytes());
    if (exchange.response() != null) {
      long nanos = now - exchange.answerNanos();
      response.ended(answered, outcome, Math.max(0, nanos), caller.sentBytes());
    }
    long bytes = caller.receivedBytes() + caller.sentBytes();
    both.ended(sent && answered, outcome, now - start, bytes);
  }
}
