package fairlead.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Configurations of clients for tests. */
public final class Configs {
  private Configs() {}

  /** The defaults but for the limits of connections. */
  public static ClientConfig pool(
      int least,
      int most,
      int waiters,
      @Nullable Duration poolIdleTime,
      @Nullable Duration idleTime,
      @Nullable Duration lifeTime) {
    var usual = ClientConfig.DEFAULT;
    return new ClientConfig(
        least,
        most,
        waiters,
        poolIdleTime,
        idleTime,
        lifeTime,
        usual.balancer(),
        usual.accrual(),
        usual.failFast(),
        usual.connectTimeout(),
        null);
  }
}
