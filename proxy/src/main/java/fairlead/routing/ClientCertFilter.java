package fairlead.routing;

import fairlead.client.ClientConfig;
import fairlead.client.ClientConfigs;
import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/**
 * {@code x-forwarded-client-cert} for those backends that are to know ({@code spec/client.md} §13).
 * What a caller says in it is removed from every request by {@link ServiceHeaders}; an attempt that
 * comes after one elsewhere must not carry what was for that one. Shared by all loops.
 */
enum ClientCertFilter implements Filter {
  TOLD,
  NOT_TOLD;

  /** For a client, or null when nobody is told in this router. */
  static @Nullable ClientCertFilter of(ClientConfig config, ClientConfigs all) {
    if (config.forwardClientCert()) {
      return TOLD;
    }
    return all.forwardsClientCert() ? NOT_TOLD : null;
  }

  @Override
  public Verdict request(Exchange exchange) {
    String certificate = this == TOLD ? exchange.caller().certificate() : null;
    if (certificate == null) {
      exchange.request().remove(HeaderNames.X_FORWARDED_CLIENT_CERT);
    } else {
      exchange.request().set(HeaderNames.X_FORWARDED_CLIENT_CERT, certificate);
    }
    return Verdict.PASS;
  }

  @Override
  public boolean looksBack() {
    return false;
  }
}
