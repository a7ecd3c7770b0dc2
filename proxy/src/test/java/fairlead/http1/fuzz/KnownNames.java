package fairlead.http1.fuzz;

import fairlead.http1.fuzz.Message.Field;
import java.util.Locale;
import java.util.Set;

/** Names that steer a message or the proxy ({@code spec/http.md} §3, RFC 9110 §6.5.1). */
final class KnownNames {
  /** An underscore for a hyphen in one of these is refused. */
  static final Set<String> ALL =
      Set.of(
          ("host connection content-length transfer-encoding expect upgrade te trailer keep-alive"
                  + " proxy-connection proxy-authenticate proxy-authorization via forwarded"
                  + " content-type content-encoding accept-encoding date server location refresh"
                  + " retry-after max-forwards authorization cookie set-cookie user-agent referer"
                  + " x-forwarded-for x-forwarded-proto x-forwarded-host x-forwarded-port"
                  + " x-forwarded-client-cert x-real-ip l5d-dtab l5d-ctx-dtab l5d-ctx-deadline"
                  + " l5d-ctx-trace l5d-sample l5d-reqid l5d-dst-service l5d-dst-client"
                  + " l5d-dst-residual l5d-err l5d-retryable l5d-success-class l5d-add-context"
                  + " l5d-name dtab-local finagle-http-retryable-request finagle-http-nack"
                  + " finagle-http-nonretryable-nack x-b3-traceid x-b3-spanid x-b3-parentspanid"
                  + " x-b3-sampled x-b3-flags")
              .split(" "));

  private static final Set<String> NOT_IN_TRAILERS =
      Set.of(
          ("age cache-control content-range expires if-match if-modified-since if-none-match"
                  + " if-range if-unmodified-since pragma range vary warning www-authenticate")
              .split(" "));

  private KnownNames() {}

  /** Whether a trailer of this name is dropped. */
  static boolean steers(Field trailer) {
    String name = trailer.name().toLowerCase(Locale.ROOT);
    return ALL.contains(name)
        || NOT_IN_TRAILERS.contains(name)
        || name.startsWith("l5d-")
        || name.startsWith("x-forwarded-");
  }
}
