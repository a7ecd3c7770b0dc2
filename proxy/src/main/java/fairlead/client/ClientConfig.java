package fairlead.client;

import fairlead.balance.BalancerConfig;
import fairlead.balance.accrual.AccrualConfig;
import fairlead.balance.concurrency.ConcurrencyConfig;
import fairlead.http2.Http2Settings;
import fairlead.retry.BudgetConfig;
import fairlead.tls.ClientTls;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to talk to the endpoints of one bound name ({@code spec/config.md} §9). Immutable.
 *
 * @param minConnections kept to an endpoint when nothing but {@code poolIdleTime} is against it
 * @param poolIdleTime a connection above the minimum unused for so long is closed; null for never
 * @param idleTime any connection unused for so long is closed; null for never
 * @param lifeTime a connection so old is closed when free; null for never
 * @param failFast nothing is sent to an endpoint that refused a connection until it takes one
 * @param http2 what backends that speak HTTP/2 are told; null where HTTP/1.1 is spoken
 * @param attemptTimeout a request sent on a connection has so long for the head of its answer; null
 *     for ever
 * @param requeueBudget limits sending again what was not processed
 * @param tls null for plain text
 * @param forwardClientCert whether backends are told of callers' certificates
 * @param concurrency how many requests an endpoint gets at a time is learnt; null for no limit
 * @param verify new connections are used once the endpoint has proved which service it is; null for
 *     at once
 * @param readTimeout who is asked may say nothing for so long; null for ever
 */
public record ClientConfig(
    int minConnections,
    int maxConnections,
    int maxWaiters,
    @Nullable Duration poolIdleTime,
    @Nullable Duration idleTime,
    @Nullable Duration lifeTime,
    BalancerConfig balancer,
    AccrualConfig accrual,
    boolean failFast,
    Duration connectTimeout,
    @Nullable Http2Settings http2,
    @Nullable Duration attemptTimeout,
    BudgetConfig requeueBudget,
    @Nullable ClientTls tls,
    boolean forwardClientCert,
    @Nullable ConcurrencyConfig concurrency,
    @Nullable VerifyConfig verify,
    @Nullable Duration readTimeout) {
  /** {@code spec/client.md} §2, §10, §11. */
  public static final ClientConfig DEFAULT =
      new ClientConfig(
          0,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          null,
          null,
          null,
          BalancerConfig.DEFAULT,
          AccrualConfig.DEFAULT,
          false,
          Duration.ofSeconds(1),
          null,
          null,
          BudgetConfig.DEFAULT,
          null,
          false,
          null,
          null,
          null);

  /** The same with another balancer. */
  public ClientConfig with(BalancerConfig other) {
    return copy(1, other, accrual, failFast, tls, forwardClientCert, concurrency);
  }

  /** The same with other health rules. */
  public ClientConfig with(AccrualConfig other, boolean cutOff) {
    return copy(1, balancer, other, cutOff, tls, forwardClientCert, concurrency);
  }

  /** The same by TLS, or in plain text for null. */
  public ClientConfig withTls(@Nullable ClientTls other, boolean forward) {
    return copy(1, balancer, accrual, failFast, other, forward, concurrency);
  }

  /** The same with endpoints that learn their limits, or without for null. */
  public ClientConfig with(@Nullable ConcurrencyConfig other) {
    return copy(1, balancer, accrual, failFast, tls, forwardClientCert, other);
  }

  /** One loop's part when {@code loops} share an endpoint: no limit is ever 0 by division. */
  public ClientConfig shareOf(int loops) {
    return copy(loops, balancer, accrual, failFast, tls, forwardClientCert, concurrency);
  }

  private ClientConfig copy(
      int loops,
      BalancerConfig picking,
      AccrualConfig health,
      boolean cutOff,
      @Nullable ClientTls secured,
      boolean forward,
      @Nullable ConcurrencyConfig limits) {
    return new ClientConfig(
        Math.ceilDiv(minConnections, loops),
        Math.max(1, maxConnections / loops),
        Math.ceilDiv(maxWaiters, loops),
        poolIdleTime,
        idleTime,
        lifeTime,
        picking,
        health,
        cutOff,
        connectTimeout,
        http2,
        attemptTimeout,
        requeueBudget,
        secured,
        forward,
        limits,
        verify,
        readTimeout);
  }

  /** What is spoken inside TLS, by ALPN name; nothing is said of HTTP/1.1. */
  public List<String> alpn() {
    return http2 == null ? List.of() : List.of("h2");
  }
}
