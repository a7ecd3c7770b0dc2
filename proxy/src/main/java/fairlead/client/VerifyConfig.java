package fairlead.client;

import fairlead.naming.PathPattern;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint proves on each new connection that it is the service it is listed as (fault 19);
 * not of Linkerd. Immutable.
 *
 * @param path asked for with GET, as the first exchange of a connection
 * @param status of the answer that is expected
 * @param header of the answer that must be {@code value}; null for any answer with the status
 * @param value exactly so; of no use without {@code header}
 * @param timeout for the whole answer
 */
public record VerifyConfig(
    String path, int status, @Nullable String header, String value, Duration timeout) {
  /** This, with what a prefix captured in the place of its variables. */
  VerifyConfig named(Map<String, String> captured) {
    return new VerifyConfig(
        PathPattern.substitute(path, captured),
        status,
        header,
        PathPattern.substitute(value, captured),
        timeout);
  }
}
