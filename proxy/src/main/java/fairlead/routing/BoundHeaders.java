package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.HeaderNames;
import fairlead.naming.Path;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** {@code l5d-dst-client} and {@code l5d-dst-residual} ({@code spec/http.md} §1.3). */
final class BoundHeaders implements Filter {
  private final byte[] id;
  private final byte @Nullable [] residual;

  BoundHeaders(Path id, Path residual) {
    this.id = id.show().getBytes(StandardCharsets.US_ASCII);
    this.residual = residual.isEmpty() ? null : residual.show().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public Verdict request(Exchange exchange) {
    var head = exchange.request();
    head.set(HeaderNames.L5D_DST_CLIENT, id);
    if (residual != null) {
      head.set(HeaderNames.L5D_DST_RESIDUAL, residual);
    }
    return Verdict.PASS;
  }
}
