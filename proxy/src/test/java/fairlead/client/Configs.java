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
    var copy = new Copy(config);
    copy.http2 = Http2Settings.DEFAULT;
    return copy.made();
  }

  public static ClientConfig connectTimeout(ClientConfig config, Duration timeout) {
    var copy = new Copy(config);
    copy.connectTimeout = timeout;
    return copy.made();
  }

  public static ClientConfig attemptTimeout(ClientConfig config, @Nullable Duration timeout) {
    var copy = new Copy(config);
    copy.attemptTimeout = timeout;
    return copy.made();
  }

  public static ClientConfig requeueBudget(ClientConfig config, BudgetConfig budget) {
    var copy = new Copy(config);
    copy.requeueBudget = budget;
    return copy.made();
  }

  /** The same with backends that may say nothing for so long. */
  public static ClientConfig readTimeout(ClientConfig config, Duration timeout) {
    var copy = new Copy(config);
    copy.readTimeout = timeout;
    return copy.made();
  }

  /** The same with connections that are used once the endpoint has proved what it is. */
  public static ClientConfig verify(ClientConfig config, VerifyConfig verify) {
    var copy = new Copy(config);
    copy.verify = verify;
    return copy.made();
  }

  /** A configuration with one thing changed. */
  private static final class Copy {
    private final ClientConfig of;
    private Duration connectTimeout;
    private @Nullable Http2Settings http2;
    private @Nullable Duration attemptTimeout;
    private BudgetConfig requeueBudget;
    private @Nullable VerifyConfig verify;
    private @Nullable Duration readTimeout;

    Copy(ClientConfig of) {
      this.of = of;
      this.connectTimeout = of.connectTimeout();
      this.http2 = of.http2();
      this.attemptTimeout = of.attemptTimeout();
      this.requeueBudget = of.requeueBudget();
      this.verify = of.verify();
      this.readTimeout = of.readTimeout();
    }

    ClientConfig made() {
      return new ClientConfig(
          of.minConnections(),
          of.maxConnections(),
          of.maxWaiters(),
          of.poolIdleTime(),
          of.idleTime(),
          of.lifeTime(),
          of.balancer(),
          of.accrual(),
          of.failFast(),
          connectTimeout,
          http2,
          attemptTimeout,
          requeueBudget,
          of.tls(),
          of.forwardClientCert(),
          of.concurrency(),
          verify,
          readTimeout);
    }
  }
}
