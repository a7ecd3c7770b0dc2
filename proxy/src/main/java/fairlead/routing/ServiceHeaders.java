package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.FixedField;
import fairlead.http.HeaderNames;
import fairlead.http.HopByHop;
import fairlead.http.Via;
import fairlead.naming.Dtab;
import fairlead.naming.Path;
import org.jspecify.annotations.Nullable;

/**
 * What every request to a service, and every answer of it, is told on the way ({@code spec/http.md}
 * §1.2, §3): whom it is for, that it came through us, and nothing that was meant for one connection
 * only.
 */
final class ServiceHeaders implements Filter {
  private static final FixedField SUCCESS = FixedField.of(HeaderNames.L5D_SUCCESS_CLASS, "1.0");
  private static final FixedField FAILURE = FixedField.of(HeaderNames.L5D_SUCCESS_CLASS, "0.0");

  private final FixedField service;
  private final @Nullable FixedField dtab;

  ServiceHeaders(Path service, Dtab local) {
    this.service = FixedField.of(HeaderNames.L5D_DST_SERVICE, service.show());
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
    head.set(service);
    if (dtab != null) {
      head.set(dtab);
    }
    var deadline = exchange.deadline();
    if (deadline != null) {
      head.set(HeaderNames.L5D_CTX_DEADLINE, deadline.timestamp() + " " + deadline.deadline());
    }
    return Verdict.PASS;
  }

  @Override
  public void response(Exchange exchange) {
    var head = exchange.response();
    if (head != null) {
      HopByHop.strip(head);
      Via.append(head);
      head.set(head.status() < 500 ? SUCCESS : FAILURE);
    }
  }
}
