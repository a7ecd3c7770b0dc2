package fairlead.client.control;

import java.time.Duration;
import java.util.Map;

/**
 * One GET. Immutable.
 *
 * @param target path and query, already escaped
 * @param headers beside {@code Host} and {@code Accept-Encoding}, which the client adds
 * @param deadline for connecting, sending and the whole answer
 * @param held whether the answer may be long in coming; such requests never take the last
 *     connections, so that quick ones do not wait behind them
 */
public record ControlRequest(
    String target, Map<String, String> headers, Duration deadline, boolean held) {
  public ControlRequest {
    headers = Map.copyOf(headers);
  }
}
