package fairlead.wire;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a caller may let us wait. Immutable.
 *
 * @param head from the first byte of a request's head to its last
 * @param body longest wait for bytes of a body, and what waiting there is beyond the rate
 * @param bodyBytesPerSecond a body that comes more slowly uses up what {@code body} grants; 0 for
 *     any rate as long as something comes
 * @param write bytes of an answer wait for so long, and the system takes none of them
 * @param read nothing at all comes for so long; null for any time
 */
public record Patience(
    Duration head, Duration body, int bodyBytesPerSecond, Duration write, @Nullable Duration read) {
  public static final Patience DEFAULT =
      new Patience(
          Duration.ofSeconds(60), Duration.ofSeconds(60), 64, Duration.ofSeconds(60), null);
}
