package fairlead.http1;

import fairlead.exchange.Limits;
import fairlead.wire.HeadLimits;
import fairlead.wire.Patience;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a listener asks of its connections.
 *
 * @param idleTime a connection without a request for so long is closed; null for never
 * @param lifeTime a connection so old is closed after its answer; null for never
 * @param compression of answers; null for none
 */
public record ServerSettings(
    HeadLimits heads,
    Limits limits,
    @Nullable Duration idleTime,
    @Nullable Duration lifeTime,
    Patience patience,
    @Nullable Compression compression) {
  /** With the default patience, without compression. */
  public ServerSettings(
      HeadLimits heads, Limits limits, @Nullable Duration idleTime, @Nullable Duration lifeTime) {
    this(heads, limits, idleTime, lifeTime, Patience.DEFAULT, null);
  }
}
