package fairlead.server;

import fairlead.http1.Patience;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a listener protects itself with. Immutable.
 *
 * @param patience how long callers may let us wait
 * @param requestTimeout a request without an answer's head for so long is given up; null for never
 */
public record GuardConfig(Patience patience, @Nullable Duration requestTimeout) {
  public static final GuardConfig DEFAULT = new GuardConfig(Patience.DEFAULT, null);
}
