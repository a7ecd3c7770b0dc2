package fairlead.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one entry of {@code client} says ({@code spec/config.md} §9); null where it says nothing.
 * Whole sub-blocks: one that is here sets all of its keys. Immutable.
 */
record ClientSettings(@Nullable Pool pool, @Nullable Session session, @Nullable Integer maxEffort) {
  static final ClientSettings NONE = new ClientSettings(null, null, null);

  /** {@code hostConnectionPool}; null for no limit. */
  record Pool(int minSize, int maxSize, int maxWaiters, @Nullable Duration idleTime) {}

  /** {@code clientSession}; null for no limit. */
  record Session(@Nullable Duration idleTime, @Nullable Duration lifeTime) {}

  /** This, but for what {@code later} says (§8.4). */
  ClientSettings overriddenBy(ClientSettings later) {
    return new ClientSettings(
        later.pool == null ? pool : later.pool,
        later.session == null ? session : later.session,
        later.maxEffort == null ? maxEffort : later.maxEffort);
  }

  /** The defaults, but for what this says. */
  ClientConfig toConfig() {
    ClientConfig usual = ClientConfig.DEFAULT;
    return new ClientConfig(
        pool == null ? usual.minConnections() : pool.minSize,
        pool == null ? usual.maxConnections() : pool.maxSize,
        pool == null ? usual.maxWaiters() : pool.maxWaiters,
        pool == null ? usual.poolIdleTime() : pool.idleTime,
        session == null ? usual.idleTime() : session.idleTime,
        session == null ? usual.lifeTime() : session.lifeTime,
        maxEffort == null ? usual.maxEffort() : maxEffort,
        usual.connectTimeout());
  }
}
