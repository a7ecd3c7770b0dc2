package fairlead.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to talk to the endpoints of one bound name ({@code spec/config.md} §9). Immutable.
 *
 * @param idleTime a pooled connection unused for so long is closed; null for never
 * @param lifeTime a connection so old is closed when free; null for never
 */
public record ClientConfig(
    int minConnections,
    int maxConnections,
    int maxWaiters,
    @Nullable Duration idleTime,
    @Nullable Duration lifeTime,
    int maxEffort,
    Duration connectTimeout) {
  /** {@code spec/client.md} §2, §10, §11. */
  public static final ClientConfig DEFAULT =
      new ClientConfig(
          0, Integer.MAX_VALUE, Integer.MAX_VALUE, null, null, 5, Duration.ofSeconds(1));
}
