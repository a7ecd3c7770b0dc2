package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.FixedField;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.http.HopByHop;
import fairlead.http.Via;
import org.jspecify.annotations.Nullable;

/**
 * What every request to a service, and every answer of it, is told on the way ({@code spec/http.md}
 * §1.2, §3): whom it is for, that it came through us, and nothing that was meant for one connection
 * only.
 */
final class ServiceHeaders implements Filter {
  private static final FixedField SUCCESS = FixedField.of(HeaderNames.L5D_SUCCESS_CLASS, "1.0");
  private static final FixedField FAILURE = FixedField.of(HeaderNames.L5D_SUCCESS_CLASS, "0.0");

  private static final FixedField RETRIES = FixedField.of(HeaderNames.L5D_CALLER_RETRIES, "true");

  private final LogicalService service;
  private final FixedField name;
  private final @Nullable FixedField dtab;

  ServiceHeaders(RouteKey key, LogicalService service) {
    var local = key.local();
    this.service = service;
    this.name = FixedField.of(HeaderNames.L5D_DST_SERVICE, key.name().show());
    this.dtab = local.isEmpty() ? null : FixedField.of(HeaderNames.L5D_CTX_DTAB, local.show());
  }

  @Override
  public Verdict request(Exchange exchange) {
    var head = exchange.request();
    HopByHop.strip(head);
    Via.append(head);
    head.remove(HeaderNames.FINAGLE_HTTP_RETRYABLE_REQUEST);
    head.remove(HeaderNames.X_FORWARDED_CLIENT_CERT);
    head.remove(HeaderNames.L5D_DST_RESIDUAL);
    head.set(name);
    if (dtab != null) {
      head.set(dtab);
    }
    if (exchange.callerRetries() || service.sendsAgain(head)) {
      head.set(RETRIES); // the next hop shall leave it to us, or to whom we leave it
    }
    return Verdict.PASS;
  }

  @Override
  public void response(Exchange exchange) {
    var head = exchange.response();
    if (head != null) {
      HopByHop.strip(head);
      Via.append(head);
      tellClass(exchange, head);
      if (exchange.retries() > 0) {
        head.remove(HeaderNames.L5D_RETRYABLE); // it was, as often as is good for the backend
      }
    }
  }

  private static void tellClass(Exchange exchange, Head head) {
    switch (exchange.responseClass()) {
      case null -> exchange.classInTrailers(true);
      case SUCCESS -> head.set(SUCCESS);
      case FAILURE, RETRYABLE -> head.set(FAILURE);
    }
  }
}
