package fairlead.routing.explain;

import fairlead.exchange.AnswerRewriter;
import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.naming.Dtab;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code l5d-explain}: what was done with the request is told in its answer's head, or in the place
 * of its body; what the next hop tells of itself stands behind. Event loop only.
 */
final class ExplainInquiry implements Asked, AnswerRewriter {
  /** How it is told. */
  enum Form {
    /** A header line a hop, cut to {@link Hop#MOST_BYTES}. */
    HEADER,
    /** A body for people. */
    TEXT,
    /** A body for machines. */
    JSON
  }

  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final Form form;
  private final String label;
  private final Explaining explaining;
  private final EventExecutor loop;
  private final List<AttemptNote> attempts = new ArrayList<>();
  private @Nullable AttemptNote latest;
  private Explained explained;
  private long preparedNanos;
  private long routedNanos;

  ExplainInquiry(Form form, String label, Explaining explaining, EventExecutor loop) {
    this.form = form;
    this.label = label;
    this.explaining = explaining;
    this.loop = loop;
    this.explained = Explained.nothing(label, "refused before it was routed");
  }

  @Override
  public Verdict request(Exchange exchange) {
    preparedNanos = exchange.nanoTime();
    routedNanos = preparedNanos;
    if (form != Form.HEADER) {
      exchange.rewriteAnswer(this);
    }
    return Verdict.PASS;
  }

  @Override
  public void prepare(Exchange exchange, Dtab local, Runnable then) {
    preparedNanos = exchange.nanoTime();
    Preparing.of(
        explaining,
        exchange,
        local,
        label,
        loop,
        told -> {
          explained = told;
          routedNanos = exchange.nanoTime();
        },
        then);
  }

  @Override
  public Filter attempt(String endpoint, List<String> addresses) {
    var note = new AttemptNote(endpoint);
    latest = note;
    if (attempts.size() < Hop.MOST_ATTEMPTS) {
      attempts.add(note);
    }
    return note;
  }

  @Override
  public void connected(Exchange exchange) {
    if (latest != null) {
      latest.connected(exchange.nanoTime());
    }
  }

  @Override
  public void response(Exchange exchange) {
    var head = exchange.response();
    if (head != null && (form == Form.HEADER || !hasBody(exchange, head))) {
      var next = HopLines.take(head);
      head.add(HeaderNames.L5D_EXPLAIN, hop(exchange).line());
      next.forEach(line -> head.add(HeaderNames.L5D_EXPLAIN, line));
    }
  }

  /** Whether such an answer has a body. */
  static boolean hasBody(Exchange exchange, Head head) {
    return !exchange.isTunnel()
        && !exchange.request().methodIs("HEAD")
        && head.status() != NO_CONTENT
        && head.status() != NOT_MODIFIED;
  }

  @Override
  public int mostBytes(Exchange exchange, Head head) {
    return hasBody(exchange, head) ? 0 : UNCHANGED;
  }

  @Override
  public byte[] rewrite(Exchange exchange, Head head, byte[] body, boolean whole) {
    var next = HopLines.take(head);
    var hop = hop(exchange);
    boolean json = form == Form.JSON;
    head.set(HeaderNames.CONTENT_TYPE, json ? "application/json" : "text/plain; charset=utf-8");
    String text = json ? HopLines.json(hop, next) : HopLines.show(hop, next);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Hop hop(Exchange exchange) {
    long end = exchange.answerNanos();
    long first = attempts.isEmpty() ? end : attempts.getFirst().beganNanos();
    var times =
        new Hop.Times(
            end - exchange.startNanos(), routedNanos - preparedNanos, first - routedNanos);
    var head = exchange.response();
    return new Hop(
        explained,
        head == null ? 0 : head.status(),
        attempts.stream().map(note -> note.told(exchange, end)).toList(),
        exchange.retries(),
        times);
  }
}
