package fairlead.telemetry.trace;

import fairlead.exchange.Answer;
import fairlead.exchange.AttemptSpans;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Notes;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;
import fairlead.http.Fields;
import fairlead.http.HeaderNames;
import fairlead.http.TraceId;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The span of one request on the server's side ({@code spec/http.md} §13.4), from its head to the
 * end of its answer. Event loop only.
 */
final class ServerSpan implements Filter, AttemptSpans {
  private final RouterTracing router;
  private final int wanting;
  private final TraceId id;
  private final long startMicros;

  ServerSpan(RouterTracing router, int wanting, TraceId id, long startMicros) {
    this.router = router;
    this.wanting = wanting;
    this.id = id;
    this.startMicros = startMicros;
  }

  @Override
  public Verdict request(Exchange exchange) {
    exchange.note().spans(this);
    return Verdict.PASS;
  }

  @Override
  public Filter attempt(long span) {
    return new ClientSpan(this, id.child(span));
  }

  RouterTracing router() {
    return router;
  }

  void emit(Span span) {
    router.to().emit(wanting, span);
  }

  /** What the loop's ticker says, since the epoch. */
  long micros(Exchange exchange, long nanos) {
    return startMicros + TimeUnit.NANOSECONDS.toMicros(nanos - exchange.startNanos());
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    var head = exchange.request();
    var notes = exchange.note();
    String service = head.first(HeaderNames.L5D_DST_SERVICE);
    String client = head.first(HeaderNames.L5D_DST_CLIENT);
    var tags = new LinkedHashMap<String, String>();
    tags.put("router.label", router.label());
    tags.put("http.method", head.method());
    tags.put("http.uri", withoutQuery(target(head, notes)));
    put(tags, "http.host", exchange.callerHost(), head.first(HeaderNames.HOST));
    put(tags, "service", service, null);
    put(tags, "client", client, null);
    put(tags, "residual", head.first(HeaderNames.L5D_DST_RESIDUAL), null);
    if (service != null) {
      tags.put("dtab.base", router.dtab());
      put(tags, "dtab.local", head.first(HeaderNames.L5D_CTX_DTAB), null);
    }
    int status = status(exchange, outcome);
    if (status > 0) {
      tags.put("http.status_code", Integer.toString(status));
    }
    if (exchange.retries() > 0) {
      tags.put("l5d.retries", Integer.toString(exchange.retries()));
    }
    String error = null;
    if (outcome instanceof Outcome.Failed(var failure)) {
      error = firstLine(failure.text());
      tags.put("io.buoyant.router.Failure", failure(failure, error));
    } else if (outcome instanceof Outcome.Abandoned) {
      error = "the caller went away";
    } else if (status >= 500) {
      error = Integer.toString(status);
    }
    long end = micros(exchange, exchange.nanoTime());
    emit(
        new Span(
            Span.Side.SERVER,
            id,
            service == null ? head.method() : router.label() + " " + service,
            router.label(),
            startMicros,
            Math.max(1, end - startMicros),
            address(exchange.caller().local()),
            address(exchange.caller().peer()),
            null,
            notes.endpoint(),
            tags,
            List.of(new Span.Note(startMicros, "wr"), new Span.Note(end, "ws")),
            error));
  }

  private static int status(Exchange exchange, Outcome outcome) {
    var response = exchange.response();
    if (response != null) {
      return response.status();
    }
    return outcome instanceof Outcome.Failed(var failure) ? Answer.of(failure).status() : 0;
  }

  /** What Linkerd calls the kinds of failures. */
  private static String failure(Failure failure, String text) {
    return switch (failure) {
      case Failure.Unidentifiable _, Failure.BadName _ -> text;
      case Failure.NoEndpoint _,
          Failure.NothingKnown _,
          Failure.LookupFailed _,
          Failure.BindingTimedOut _ ->
          "ClientAcquisition";
      default -> "Service";
    };
  }

  private static void put(
      Map<String, String> tags, String key, @Nullable String value, @Nullable String otherwise) {
    String shown = value == null ? otherwise : value;
    if (shown != null) {
      tags.put(key, shown);
    }
  }

  private static String target(Fields head, Notes notes) {
    return new String(
        head.array(), notes.target(), notes.targetLength(), StandardCharsets.ISO_8859_1);
  }

  static String withoutQuery(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  static @Nullable InetSocketAddress address(SocketAddress of) {
    return of instanceof InetSocketAddress inet ? inet : null;
  }
}
