package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.telemetry.trace.RouterTracing;
import java.util.random.RandomGenerator;

/**
 * The server's span of a request: below the one that came along, or a root ({@code spec/http.md}
 * §13.1). Event loop only.
 */
final class TraceInitialiser implements Filter {
  private final RouterTracing tracing;
  private final RandomGenerator random;

  TraceInitialiser(RouterTracing tracing, RandomGenerator random) {
    this.tracing = tracing;
    this.random = random;
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public Verdict request(Exchange exchange) {
    tracing.begin(exchange, random);
    return Verdict.PASS;
  }
}
