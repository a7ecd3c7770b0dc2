package fairlead.client;

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
 * @param http2 what backends that speak HTTP/2 are told; null where HTTP/1.1 is spoken
 * @param attemptTimeout a request sent on a connection has so long for the head of its answer; null
 *     for ever
 * @param requeueBudget limits sending again what was not processed
 * @param tls null for plain text
 * @param forwardClientCert whether backends are told of callers' certificates
 */
public record ClientConfig(
    int minConnections,
    int maxConnections,
    int maxWaiters,
    @Nullable Duration poolIdleTime,
    @Nullable Duration idleTime,
    @Nullable Duration lifeTime,
    int maxEffort,
    Duration connectTimeout,
    @Nullable Http2Settings http2,
    @Nullable Duration attemptTimeout,
    BudgetConfig requeueBudget,
    @Nullable ClientTls tls,
    boolean forwardClientCert) {
  /** {@code spec/client.md} §2, §10, §11. */
  public static final ClientConfig DEFAULT =
      new ClientConfig(
          0,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          null,
          null,
          null,
          5,
          Duration.ofSeconds(1),
          null,
          null,
          BudgetConfig.DEFAULT);

  /** In plain text. */
  public ClientConfig(
      int minConnections,
      int maxConnections,
      int maxWaiters,
      @Nullable Duration poolIdleTime,
      @Nullable Duration idleTime,
      @Nullable Duration lifeTime,
      int maxEffort,
      Duration connectTimeout,
      @Nullable Http2Settings http2,
      @Nullable Duration attemptTimeout,
      BudgetConfig requeueBudget) {
    this(
        minConnections,
        maxConnections,
        maxWaiters,
        poolIdleTime,
        idleTime,
        lifeTime,
        maxEffort,
        connectTimeout,
        http2,
        attemptTimeout,
        requeueBudget,
        null,
        false);
  }

  /** The same by TLS, or in plain text for null. */
  public ClientConfig withTls(@Nullable ClientTls other, boolean forward) {
    return new ClientConfig(
        minConnections,
        maxConnections,
        maxWaiters,
        poolIdleTime,
        idleTime,
        lifeTime,
        maxEffort,
        connectTimeout,
        http2,
        attemptTimeout,
        requeueBudget,
        other,
        forward);
  }

  /** What is spoken inside TLS, by ALPN name; nothing is said of HTTP/1.1. */
  public List<String> alpn() {
    return http2 == null ? List.of() : List.of("h2");
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
        maxEffort,
        connectTimeout,
        http2,
        attemptTimeout,
        requeueBudget,
        tls,
        forwardClientCert);
  }
}
