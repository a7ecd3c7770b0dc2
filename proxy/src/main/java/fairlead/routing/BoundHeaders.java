package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.FixedField;
import fairlead.http.HeaderNames;
import fairlead.naming.Path;
import org.jspecify.annotations.Nullable;

/** {@code l5d-dst-client} and {@code l5d-dst-residual} ({@code spec/http.md} §1.3). */
final class BoundHeaders implements Filter {
  private final FixedField id;
  private final @Nullable FixedField residual;

  BoundHeaders(Path id, Path residual) {
    this.id = FixedField.of(HeaderNames.L5D_DST_CLIENT, id.show());
    this.residual =
        residual.isEmpty() ? null : FixedField.of(HeaderNames.L5D_DST_RESIDUAL, residual.show());
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public Verdict request(Exchange exchange) {
    var head = exchange.request();
    head.set(id);
    if (residual != null) {
      head.set(residual);
    }
    return Verdict.PASS;
  }
}
