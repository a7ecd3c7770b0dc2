package fairlead.telemetry.access;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Notes;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;
import fairlead.http.Fields;
import fairlead.http.HeaderNames;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * An access log of ours: one JSON object a request, whoever answered it, once it is over. The
 * outermost filter of a listener. One an event loop.
 */
final class RequestLog implements Filter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);

  private final AccessLog.Hand log;
  private final List<LogField> fields;
  private final String router;
  private final InstantSource clock;
  private final SecondText times = new SecondText(TIME, ZoneOffset.UTC);
  private final Line line = new Line();

  RequestLog(AccessLog.Hand log, List<LogField> fields, String router, InstantSource clock) {
    this.log = log;
    this.fields = fields;
    this.router = router;
    this.clock = clock;
  }

  @Override
  public Verdict request(Exchange exchange) {
    var _ = exchange.note();
    return Verdict.PASS;
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    var notes = exchange.note();
    line.begin().put('{');
    boolean first = true;
    for (var field : fields) {
      int before = line.length();
      line.put(first ? "\"" : ",\"").put(field.word()).put("\":");
      int value = line.length();
      put(field, exchange, notes, outcome);
      if (line.length() == value) {
        line.cut(before); // there is none
      } else {
        first = false;
      }
    }
    line.put("}\n");
    log.add(line.array(), line.length());
  }

  private void put(LogField field, Exchange exchange, Notes notes, Outcome outcome) {
    var request = exchange.request();
    switch (field) {
      case TIME -> time(exchange);
      case ROUTER -> line.putJson(router);
      case PEER -> line.put('"').putHost(exchange.caller().peer()).put('"');
      case METHOD -> line.putJson(request.array(), request.methodOffset(), request.methodLength());
      case HOST -> host(exchange);
      case TARGET -> line.putJson(request.array(), notes.target(), notes.targetLength());
      case PROTOCOL ->
          line.put(
              request.isHttp2()
                  ? "\"HTTP/2\""
                  : request.minorVersion() == 0 ? "\"HTTP/1.0\"" : "\"HTTP/1.1\"");
      case STATUS -> line.put(exchange.response() == null ? 0 : exchange.response().status());
      case REQUEST_BYTES -> line.put(notes.requestBytes());
      case RESPONSE_BYTES -> line.put(notes.responseBytes());
      case RESPONSE_MS -> millis(exchange.answerNanos() - exchange.startNanos());
      case DURATION_MS -> millis(exchange.nanoTime() - exchange.startNanos());
      case SERVICE -> sent(request, HeaderNames.L5D_DST_SERVICE);
      case CLIENT -> sent(request, HeaderNames.L5D_DST_CLIENT);
      case ENDPOINT -> endpoint(notes);
      case RETRIES -> line.put(exchange.retries());
      case OUTCOME ->
          line.put(
              switch (outcome) {
                case Outcome.Answered _ -> "\"answered\"";
                case Outcome.Failed _ -> "\"failed\"";
                case Outcome.Abandoned _, Outcome.Retried _ -> "\"abandoned\"";
              });
      case FAILURE -> {
        if (outcome instanceof Outcome.Failed(var failure)) {
          line.putJson(failure.text());
        }
      }
      case REFERER -> sent(request, HeaderNames.REFERER);
      case USER_AGENT -> sent(request, HeaderNames.USER_AGENT);
      case TRACE -> trace(exchange);
    }
  }

  /** When its head was there. */
  private void time(Exchange exchange) {
    long ago = TimeUnit.NANOSECONDS.toMillis(exchange.nanoTime() - exchange.startNanos());
    long millis = clock.millis() - ago;
    long part = Math.floorMod(millis, 1000L);
    line.put('"').put(times.of(millis)).put('.');
    line.put(part / 100).put(part / 10 % 10).put(part % 10).put("Z\"");
  }

  private void host(Exchange exchange) {
    String before = exchange.callerHost();
    if (before == null) {
      sent(exchange.request(), HeaderNames.HOST);
    } else {
      line.putJson(before);
    }
  }

  /** Milliseconds with three places. */
  private void millis(long nanos) {
    long micros = Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos));
    long part = micros % 1000;
    line.put(micros / 1000).put('.').put(part / 100).put(part / 10 % 10).put(part % 10);
  }

  private void sent(Fields head, int id) {
    int i = head.find(id);
    if (i >= 0) {
      line.putJson(head.array(), head.valueOffset(i), head.valueLength(i));
    }
  }

  private void endpoint(Notes notes) {
    var endpoint = notes.endpoint();
    if (endpoint != null) {
      line.put('"').putHost(endpoint).put(':').put(endpoint.getPort()).put('"');
    }
  }

  private void trace(Exchange exchange) {
    var trace = exchange.trace();
    if (trace != null) {
      line.put('"');
      if (trace.high() != 0) {
        line.putHex(trace.high());
      }
      line.putHex(trace.trace()).put('"');
    }
  }
}
