package fairlead.client;

import fairlead.http2.Http2Settings;
import fairlead.retry.BudgetConfig;
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
        usual.http2(),
        usual.attemptTimeout(),
        usual.requeueBudget(),
        usual.tls(),
        usual.forwardClientCert(),
        usual.concurrency(),
        usual.verify(),
        usual.readTimeout());
  }

  /** The same for backends that speak HTTP/2. */
  public static ClientConfig http2(ClientConfig config) {
    return times(
        config,
        config.connectTimeout(),
        Http2Settings.DEFAULT,
        config.attemptTimeout(),
        config.requeueBudget());
  }

  public static ClientConfig connectTimeout(ClientConfig config, Duration timeout) {
    return times(config, timeout, config.http2(), config.attemptTimeout(), config.requeueBudget());
  }

  public static ClientConfig attemptTimeout(ClientConfig config, @Nullable Duration timeout) {
    return times(config, config.connectTimeout(), config.http2(), timeout, config.requeueBudget());
  }

  public static ClientConfig requeueBudget(ClientConfig config, BudgetConfig budget) {
    return times(config, config.connectTimeout(), config.http2(), config.attemptTimeout(), budget);
  }

  /** The same with backends that may say nothing for so long. */
  public static ClientConfig readTimeout(ClientConfig config, Duration timeout) {
    return new ClientConfig(
        config.minConnections(),
        config.maxConnections(),
        config.maxWaiters(),
        config.poolIdleTime(),
        config.idleTime(),
        config.lifeTime(),
        config.balancer(),
        config.accrual(),
        config.failFast(),
        config.connectTimeout(),
        config.http2(),
        config.attemptTimeout(),
        config.requeueBudget(),
        config.tls(),
        config.forwardClientCert(),
        config.concurrency(),
        config.verify(),
        timeout);
  }

  /** The same with connections that are used once the endpoint has proved what it is. */
  public static ClientConfig verify(ClientConfig config, VerifyConfig verify) {
    return new ClientConfig(
        config.minConnections(),
        config.maxConnections(),
        config.maxWaiters(),
        config.poolIdleTime(),
        config.idleTime(),
        config.lifeTime(),
        config.balancer(),
        config.accrual(),
        config.failFast(),
        config.connectTimeout(),
        config.http2(),
        config.attemptTimeout(),
        config.requeueBudget(),
        config.tls(),
        config.forwardClientCert(),
        config.concurrency(),
        verify,
        config.readTimeout());
  }

  private static ClientConfig times(
      ClientConfig config,
      Duration connectTimeout,
      @Nullable Http2Settings http2,
      @Nullable Duration attemptTimeout,
      BudgetConfig requeueBudget) {
    return new ClientConfig(
        config.minConnections(),
        config.maxConnections(),
        config.maxWaiters(),
        config.poolIdleTime(),
        config.idleTime(),
        config.lifeTime(),
        config.balancer(),
        config.accrual(),
        config.failFast(),
        connectTimeout,
        http2,
        attemptTimeout,
        requeueBudget,
        config.tls(),
        config.forwardClientCert(),
        config.concurrency(),
        config.verify(),
        config.readTimeout());
  }
}
