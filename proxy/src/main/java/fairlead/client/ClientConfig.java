package fairlead.client;

import fairlead.balance.BalancerConfig;
import fairlead.balance.accrual.AccrualConfig;
import fairlead.http2.Http2Settings;
import fairlead.retry.BudgetConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to talk to the endpoints of one bound name ({@code spec/config.md} §9). Immutable.
 *
 * @param minConnections kept to an endpoint when nothing but {@code poolIdleTime} is against it
 * @param poolIdleTime a connection above the minimum unused for so long is closed; null for never
 * @param idleTime any connection unused for so long is closed; null for never
 * @param lifeTime a connection so old is closed when free; null for never
 * @param http2 what backends that speak HTTP/2 are told; null where HTTP/1.1 is spoken
 * @param attemptTimeout a request sent on a connection has so long for the head of its answer; null
 *     for ever
 * @param requeueBudget limits sending again what was not processed
 * @param failFast nothing is sent to an endpoint that refused a connection until it takes one
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
    BudgetConfig requeueBudget) {
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
          BudgetConfig.DEFAULT);

  /** The same with another balancer. */
  public ClientConfig with(BalancerConfig other) {
    return new ClientConfig(
        minConnections,
        maxConnections,
        maxWaiters,
        poolIdleTime,
        idleTime,
        lifeTime,
        other,
        accrual,
        failFast,
        connectTimeout,
        http2,
        attemptTimeout,
        requeueBudget);
  }

  /** The same with other health rules. */
  public ClientConfig with(AccrualConfig other, boolean cutOff) {
    return new ClientConfig(
        minConnections,
        maxConnections,
        maxWaiters,
        poolIdleTime,
        idleTime,
        lifeTime,
        balancer,
        other,
        cutOff,
        connectTimeout,
        http2,
        attemptTimeout,
        requeueBudget);
  }

  /** One loop's part when {@code loops} share an endpoint: no limit is ever 0 by division. */
  public ClientConfig shareOf(int loops) {
    return new ClientConfig(
        Math.ceilDiv(minConnections, loops),
        Math.max(1, maxConnections / loops),
        Math.ceilDiv(maxWaiters, loops),
        poolIdleTime,
        idleTime,
        lifeTime,
        balancer,
        accrual,
        failFast,
        connectTimeout,
        http2,
        attemptTimeout,
        requeueBudget);
  }
}
