package fairlead.client;

import fairlead.balance.BalancerConfig;
import fairlead.balance.accrual.AccrualConfig;
import fairlead.balance.concurrency.ConcurrencyConfig;
import fairlead.config.H2Keys;
import fairlead.http2.Http2Settings;
import fairlead.naming.PathPattern;
import fairlead.retry.BudgetConfig;
import fairlead.tls.ClientTls;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one entry of {@code client} says ({@code spec/config.md} §9); null where it says nothing.
 * Whole sub-blocks: one that is here sets all of its keys. Immutable.
 */
record ClientSettings(
    @Nullable Pool pool,
    @Nullable Session session,
    @Nullable BalancerConfig balancer,
    @Nullable AccrualConfig accrual,
    @Nullable Boolean failFast,
    @Nullable Boolean http2,
    H2Keys http2Keys,
    @Nullable Duration attemptTimeout,
    @Nullable BudgetConfig requeueBudget,
    @Nullable Tls tls,
    @Nullable Boolean forwardClientCert,
    @Nullable Concurrency concurrency,
    @Nullable Verify verify,
    @Nullable Sockets sockets) {
  private static final H2Keys NOTHING = new H2Keys(null, null, null, null, null);

  static final ClientSettings NONE =
      new ClientSettings(
          null, null, null, null, null, null, NOTHING, null, null, null, null, null, null, null);

  /** Backends speak HTTP/2. */
  static final ClientSettings HTTP2 =
      new ClientSettings(
          null, null, null, null, null, true, NOTHING, null, null, null, null, null, null, null);

  /** {@code hostConnectionPool}; null for no limit. */
  record Pool(int minSize, int maxSize, int maxWaiters, @Nullable Duration idleTime) {}

  /** {@code clientSession}; null for no limit. */
  record Session(@Nullable Duration idleTime, @Nullable Duration lifeTime) {}

  /** {@code tls}; null for plain text. */
  record Tls(@Nullable ClientTls tls) {}

  /** {@code adaptiveConcurrency}; null for no limits. */
  record Concurrency(@Nullable ConcurrencyConfig config) {}

  /** {@code socketOptions}; null for no limit. */
  record Sockets(@Nullable Duration readTimeout) {}

  /** {@code verify}; null for no verification. */
  record Verify(@Nullable VerifyConfig config) {}

  /** This, with what a prefix captured in the place of its variables (§8.2). */
  ClientSettings named(Map<String, String> captured) {
    return new ClientSettings(
        pool,
        session,
        balancer,
        accrual,
        failFast,
        http2,
        http2Keys,
        attemptTimeout,
        requeueBudget,
        named(tls, captured),
        forwardClientCert,
        concurrency,
        verify == null || verify.config == null
            ? verify
            : new Verify(verify.config.named(captured)),
        sockets);
  }

  private static @Nullable Tls named(@Nullable Tls tls, Map<String, String> captured) {
    if (tls == null || tls.tls == null || tls.tls.commonName() == null) {
      return tls;
    }
    return new Tls(tls.tls.withName(PathPattern.substitute(tls.tls.commonName(), captured)));
  }

  /** This, but for what {@code later} says (§8.4). */
  ClientSettings overriddenBy(ClientSettings later) {
    return new ClientSettings(
        later.pool == null ? pool : later.pool,
        later.session == null ? session : later.session,
        later.balancer == null ? balancer : later.balancer,
        later.accrual == null ? accrual : later.accrual,
        later.failFast == null ? failFast : later.failFast,
        later.http2 == null ? http2 : later.http2,
        http2Keys.overriddenBy(later.http2Keys),
        later.attemptTimeout == null ? attemptTimeout : later.attemptTimeout,
        later.requeueBudget == null ? requeueBudget : later.requeueBudget,
        later.tls == null ? tls : later.tls,
        later.forwardClientCert == null ? forwardClientCert : later.forwardClientCert,
        later.concurrency == null ? concurrency : later.concurrency,
        later.verify == null ? verify : later.verify,
        later.sockets == null ? sockets : later.sockets);
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
        balancer == null ? usual.balancer() : balancer,
        accrual == null ? usual.accrual() : accrual,
        failFast == null ? usual.failFast() : failFast,
        usual.connectTimeout(),
        http2 != null && http2 ? http2Settings() : null,
        attemptTimeout,
        requeueBudget == null ? usual.requeueBudget() : requeueBudget,
        tls == null ? usual.tls() : tls.tls,
        forwardClientCert == null ? usual.forwardClientCert() : forwardClientCert,
        concurrency == null ? usual.concurrency() : concurrency.config,
        verify == null ? usual.verify() : verify.config,
        sockets == null ? usual.readTimeout() : sockets.readTimeout);
  }

  private Http2Settings http2Settings() {
    var usual = Http2Settings.DEFAULT;
    return new Http2Settings(
        http2Keys.streamWindow(),
        http2Keys.headerTable(),
        http2Keys.frame(),
        http2Keys.headerList(),
        http2Keys.windowRatio() == null ? usual.windowRatio() : http2Keys.windowRatio(),
        usual.streams());
  }
}
