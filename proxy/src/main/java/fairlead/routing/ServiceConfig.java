package fairlead.routing;

import fairlead.exchange.ResponseClassifier;
import fairlead.retry.Backoff;
import fairlead.retry.BudgetConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How requests to one logical name are treated ({@code spec/config.md} §10). Immutable.
 *
 * @param totalTimeout a request has so long for the head of its answer, retries and all; null for
 *     ever
 * @param buffers what is kept for retries; null where the router says it for all services
 */
public record ServiceConfig(
    @Nullable Duration totalTimeout,
    BudgetConfig budget,
    Backoff backoff,
    ResponseClassifier classifier,
    Duration classificationTimeout,
    @Nullable Buffers buffers) {
  /** {@code spec/http.md} §17.1. */
  private static final Duration CLASSIFICATION_TIMEOUT = Duration.ofMillis(100);

  /** {@code retryBufferSize}, in bytes. */
  public record Buffers(int requestBytes, int responseBytes) {
    /** {@code spec/http.md} §17.1. */
    static final int USUAL_BYTES = 16_383;

    static final Buffers DEFAULT = new Buffers(USUAL_BYTES, USUAL_BYTES);
  }

  /** The defaults, but for the classifier and the buffers, which differ by protocol. */
  public static ServiceConfig usual(ResponseClassifier classifier, @Nullable Buffers buffers) {
    return new ServiceConfig(
        null,
        BudgetConfig.DEFAULT,
        Backoff.immediate(),
        classifier,
        CLASSIFICATION_TIMEOUT,
        buffers);
  }
}
