package fairlead.telemetry.trace;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.ResponseClass;
import fairlead.exchange.Verdict;
import fairlead.http.HeaderNames;
import fairlead.http.TraceId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The span of one attempt ({@code spec/http.md} §13.4). Event loop only. */
final class ClientSpan implements Filter {
  private final ServerSpan server;
  private final TraceId id;
  private long headMicros;
  private int status;

  ClientSpan(ServerSpan server, TraceId id) {
    this.server = server;
    this.id = id;
  }

  @Override
  public Verdict request(Exchange exchange) {
    exchange.note().endpoint(null);
    return Verdict.PASS;
  }

  @Override
  public void response(Exchange exchange) {
    headMicros = server.micros(exchange, exchange.nanoTime());
    var response = exchange.response();
    status = response == null ? 0 : response.status();
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    var head = exchange.request();
    long start = server.micros(exchange, exchange.attemptNanos());
    long end = server.micros(exchange, exchange.nanoTime());
    var tags = new LinkedHashMap<String, String>();
    tags.put("http.method", head.method());
    tags.put("http.uri", ServerSpan.withoutQuery(head.target()));
    String client = head.first(HeaderNames.L5D_DST_CLIENT);
    if (client != null) {
      tags.put("client", client);
    }
    if (status > 0) {
      tags.put("http.status_code", Integer.toString(status));
    }
    var notes = new ArrayList<Span.Note>();
    notes.add(new Span.Note(start, "ws"));
    if (headMicros > 0) {
      notes.add(new Span.Note(headMicros, "wr"));
    }
    String error = null;
    switch (outcome) {
      case Outcome.Answered _ -> {
        var judged = exchange.responseClass();
        boolean good = judged == null ? status < 500 : judged == ResponseClass.SUCCESS;
        tags.put("l5d.success", good ? "1.0" : "0.0");
        error = good ? null : Integer.toString(status);
      }
      case Outcome.Retried _ -> {
        notes.add(new Span.Note(end, "l5d.retryable"));
        error = Integer.toString(status);
      }
      case Outcome.Failed(var failure) -> {
        notes.add(new Span.Note(end, "l5d.failure"));
        if (failure instanceof Failure.AttemptTimedOut) {
          notes.add(new Span.Note(end, "finagle.timeout"));
        }
        error = ServerSpan.firstLine(failure.text());
      }
      case Outcome.Abandoned _ -> error = "given up";
    }
    server.emit(span(exchange, start, end, tags, notes, error));
  }

  private Span span(
      Exchange exchange,
      long start,
      long end,
      Map<String, String> tags,
      List<Span.Note> notes,
      @Nullable String error) {
    return new Span(
        Span.Side.CLIENT,
        id,
        exchange.request().method(),
        server.router().label(),
        start,
        Math.max(1, end - start),
        null,
        exchange.note().endpoint(),
        exchange.request().first(HeaderNames.L5D_DST_SERVICE),
        null,
        tags,
        notes,
        error);
  }
}
