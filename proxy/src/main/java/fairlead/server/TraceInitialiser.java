package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.http.TraceHeader;
import fairlead.http.TraceId;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The server's span of a request: below the one that came along, or a root ({@code spec/http.md}
 * §13.1, propagator {@code io.l5d.default}). Event loop only.
 */
final class TraceInitialiser implements Filter {
  /** {@code spec/http.md} §4.4: one a process. */
  private static final long SALT = new java.security.SecureRandom().nextLong();

  private static final long SAMPLING_KNOWN = 2;
  private static final long SAMPLED = 4;
  private static final int PARTS = 10_000;

  private final boolean enabled;
  private final RandomGenerator random;

  TraceInitialiser(boolean enabled, RandomGenerator random) {
    this.enabled = enabled;
    this.random = random;
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public Verdict request(Exchange exchange) {
    if (!enabled) {
      return Verdict.PASS;
    }
    var head = exchange.request();
    var incoming = incoming(head);
    long span = random.nextLong();
    var id = incoming == null ? new TraceId(span, span, span, 0, 0) : incoming.child(span);
    exchange.trace(sampled(head, id));
    head.remove(HeaderNames.L5D_CTX_TRACE);
    head.remove(HeaderNames.L5D_SAMPLE);
    return Verdict.PASS;
  }

  private static @Nullable TraceId incoming(Head head) {
    String text = head.first(HeaderNames.L5D_CTX_TRACE);
    return text == null ? null : TraceHeader.parse(text);
  }

  private static TraceId sampled(Head head, TraceId id) {
    String text = head.first(HeaderNames.L5D_SAMPLE);
    if (text == null) {
      return id;
    }
    double rate;
    try {
      rate = Double.parseDouble(text);
    } catch (NumberFormatException _) { // Not a number is ignored (§4.4).
      return id;
    }
    if (Double.isNaN(rate)) {
      return id;
    }
    boolean yes = Math.abs(id.trace() ^ SALT) % PARTS < Math.clamp(rate, 0, 1) * PARTS;
    long others = id.flags() & ~SAMPLED;
    return new TraceId(
        id.span(),
        id.parent(),
        id.trace(),
        id.high(),
        others | SAMPLING_KNOWN | (yes ? SAMPLED : 0));
  }
}
