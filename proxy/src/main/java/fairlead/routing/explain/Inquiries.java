package fairlead.routing.explain;

import fairlead.exchange.Exchange;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.server.GuardConfig;
import fairlead.server.ServerConfig;
import io.netty.util.concurrent.EventExecutor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a caller asks, and may ask, what is done with its request ({@code
 * diagnostics.from}). One a listener and event loop; event loop only.
 */
public final class Inquiries {
  private final String label;
  private final GuardConfig guard;
  private final boolean clearContext;
  private final int keptBody;
  private final Explaining explaining;
  private final EventExecutor loop;

  /**
   * For one listener and loop.
   *
   * @param keptBody longest body of an answer that a {@code TRACE} adds to
   */
  public Inquiries(
      String label, ServerConfig server, int keptBody, Explaining explaining, EventExecutor loop) {
    this.label = label;
    this.guard = server.guard();
    this.clearContext = server.clearContext();
    this.keptBody = keptBody;
    this.explaining = explaining;
    this.loop = loop;
  }

  /**
   * The question, or null when there is none, which is nearly always so. Takes {@code l5d-explain}
   * away from those who may not ask.
   */
  public @Nullable Asked take(Exchange exchange) {
    var head = exchange.request();
    boolean explain = head.contains(HeaderNames.L5D_EXPLAIN);
    boolean trace = !guard.diagnostics().from().isEmpty() && head.methodIs("TRACE");
    if (!explain && !trace) {
      return null;
    }
    if (!guard.mayAsk(exchange.caller().peer())) {
      head.remove(HeaderNames.L5D_EXPLAIN);
      return null;
    }
    Asked asked = null;
    if (explain && !clearContext) {
      asked = new ExplainInquiry(form(head), label, explaining, loop);
      head.set(HeaderNames.L5D_EXPLAIN, "1"); // the next hop tells us, and we the caller
    } else if (trace) {
      asked =
          new TraceInquiry(label, !clearContext && addsContext(head), keptBody, explaining, loop);
    }
    if (asked != null) {
      exchange.inquiry(asked);
    }
    return asked;
  }

  private static ExplainInquiry.Form form(Head head) {
    return switch (String.valueOf(head.first(HeaderNames.L5D_EXPLAIN)).toLowerCase(Locale.ROOT)) {
      case "body" -> ExplainInquiry.Form.TEXT;
      case "json" -> ExplainInquiry.Form.JSON;
      default -> ExplainInquiry.Form.HEADER;
    };
  }

  private static boolean addsContext(Head head) {
    String value = head.first(HeaderNames.L5D_ADD_CONTEXT);
    return value != null && (value.equals("1") || value.equalsIgnoreCase("true"));
  }
}
