package fairlead.telemetry;

import fairlead.exchange.Exchange;
import fairlead.http.HeaderNames;
import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Has a listener's slow and failed requests in the flight recorder. Any event loop. */
public final class RequestRecorder {
  private final String listener;
  private final long slowNanos;

  /**
   * For one listener.
   *
   * @param listener address and port
   * @param slow a request whose answer's head takes so long, or longer, is slow
   */
  public RequestRecorder(String listener, Duration slow) {
    this.listener = listener;
    this.slowNanos = slow.toNanos();
  }

  boolean isSlow(long nanos) {
    return nanos >= slowNanos;
  }

  void slow(Exchange exchange, long nanos) {
    if (FlightRecorder.takes(Kind.SLOW)) {
      var response = exchange.response();
      note(Kind.SLOW, exchange, nanos, response == null ? "no answer" : "" + response.status());
    }
  }

  /** The reason is null when an answer says it by its status. */
  void failed(Exchange exchange, @Nullable String reason) {
    if (FlightRecorder.takes(Kind.FAILED)) {
      var response = exchange.response();
      String why =
          reason != null ? reason : response == null ? "no answer" : "" + response.status();
      note(Kind.FAILED, exchange, exchange.answerNanos() - exchange.startNanos(), why);
    }
  }

  /** A query may be secret, so it is left out. */
  private void note(Kind kind, Exchange exchange, long nanos, String end) {
    var head = exchange.request();
    String target = head.target();
    int query = target.indexOf('?');
    String service = head.first(HeaderNames.L5D_DST_SERVICE);
    String client = head.first(HeaderNames.L5D_DST_CLIENT);
    String host = head.first(HeaderNames.HOST);
    FlightRecorder.note(
        kind,
        service == null ? listener : service,
        TimeUnit.NANOSECONDS.toMillis(nanos)
            + " ms, "
            + head.method()
            + " "
            + (host == null ? "" : host)
            + (query < 0 ? target : target.substring(0, query))
            + (client == null ? "" : " to " + client)
            + ": "
            + end.lines().findFirst().orElse(""));
  }
}
