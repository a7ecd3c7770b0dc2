package fairlead.routing.explain;

import fairlead.exchange.AnswerRewriter;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.naming.Dtab;
import io.netty.util.concurrent.EventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The diagnostic {@code TRACE} ({@code spec/http.md} §14): counts {@code Max-Forwards} down and
 * adds a block of context to the answer. Event loop only.
 */
final class TraceInquiry implements Asked, AnswerRewriter {
  private static final String STREAMED =
      "Diagnostic trace encountered chunked response. Response content discarded.";
  private static final int OK = 200;

  private final String label;
  private final boolean context;
  private final int keptBody;
  private final Explaining explaining;
  private final EventExecutor loop;
  private @Nullable Explained explained;
  private @Nullable String maxForwards;
  private String endpoint = "";
  private List<String> addresses = List.of();
  private boolean local;
  private boolean failed;

  TraceInquiry(
      String label, boolean context, int keptBody, Explaining explaining, EventExecutor loop) {
    this.label = label;
    this.context = context;
    this.keptBody = keptBody;
    this.explaining = explaining;
    this.loop = loop;
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public void prepare(Exchange exchange, Dtab local, Runnable then) {
    maxForwards = exchange.request().first(HeaderNames.MAX_FORWARDS);
    if (context) {
      exchange.rewriteAnswer(this);
      Preparing.of(explaining, exchange, local, label, loop, told -> explained = told, then);
    } else {
      then.run();
    }
  }

  @Override
  public Filter attempt(String to, List<String> from) {
    endpoint = to;
    addresses = from;
    failed = false;
    return new Attempt();
  }

  @Override
  public void connected(Exchange exchange) {}

  @Override
  public int localStatus() {
    return local ? OK : NO_STATUS;
  }

  /** The last attempt's is what counts, as it stands. */
  private final class Attempt implements Filter {
    @Override
    public Verdict request(Exchange exchange) {
      if (maxForwards == null) {
        return Verdict.PASS;
      }
      int left;
      try {
        left = Integer.parseInt(maxForwards);
      } catch (NumberFormatException _) {
        failed = true;
        return new Verdict.Refuse(new Failure.BadMaxForwards());
      }
      local = left == 0;
      if (!local) {
        exchange.request().set(HeaderNames.MAX_FORWARDS, Integer.toString(left - 1));
      }
      return Verdict.PASS;
    }

    @Override
    public void end(Exchange exchange, Outcome outcome) {
      failed = outcome instanceof Outcome.Failed;
    }
  }

  /**
   * An answer of ours to a failure has no context, as nobody was asked. Frames need no length told
   * beforehand ({@code spec/http.md} §17.13).
   */
  @Override
  public int mostBytes(Exchange exchange, Head head) {
    if (failed || endpoint.isEmpty() || !ExplainInquiry.hasBody(exchange, head)) {
      return UNCHANGED;
    }
    return isAppended(exchange) ? APPENDED : keptBody;
  }

  private boolean isAppended(Exchange exchange) {
    return exchange.request().isHttp2() && !local;
  }

  @Override
  public byte[] rewrite(Exchange exchange, Head head, byte[] body, boolean whole) {
    if (isAppended(exchange)) {
      return ("\n" + block(exchange) + "\n").getBytes(StandardCharsets.UTF_8);
    }
    String before = whole ? new String(body, StandardCharsets.UTF_8).trim() : describe(head);
    String text = before.isEmpty() ? block(exchange) : before + "\n\n" + block(exchange);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What stands for a body that is not awaited: its headers, the status line, and why. */
  private static String describe(Head head) {
    var text = new StringBuilder();
    for (int i = 0; i < head.count(); i++) {
      if (head.isLive(i)) {
        text.append(head.name(i)).append(": ").append(head.value(i)).append('\n');
      }
    }
    return text.append("HTTP/1.1 ")
        .append(head.status())
        .append(' ')
        .append(head.reason())
        .append('\n')
        .append(STREAMED)
        .toString();
  }

  private String block(Exchange exchange) {
    var head = exchange.request();
    var text = new StringBuilder();
    text.append("--- Router: ").append(label).append(" ---\n");
    text.append("request duration: ")
        .append(TimeUnit.NANOSECONDS.toMillis(exchange.nanoTime() - exchange.attemptNanos()))
        .append(" ms\n");
    line(text, "service name", head.first(HeaderNames.L5D_DST_SERVICE));
    line(text, "client name", head.first(HeaderNames.L5D_DST_CLIENT));
    line(text, "addresses", addresses.toString());
    line(text, "selected address", endpoint);
    text.append("dtab resolution:\n");
    if (explained != null) {
      explained.resolution().forEach(step -> text.append("  ").append(step).append('\n'));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String title, @Nullable String value) {
    text.append(title).append(": ").append(value == null ? "" : value).append('\n');
  }
}
