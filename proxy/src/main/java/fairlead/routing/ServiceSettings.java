package fairlead.routing;

import fairlead.exchange.ResponseClassifier;
import fairlead.retry.Backoff;
import fairlead.retry.BudgetConfig;
import fairlead.routing.ServiceConfig.Buffers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one entry of {@code service} says ({@code spec/config.md} §10); null where it says nothing.
 * Whole sub-blocks: one that is here sets all of its keys. Immutable.
 */
record ServiceSettings(
    @Nullable Duration totalTimeout,
    @Nullable BudgetConfig budget,
    @Nullable Backoff backoff,
    @Nullable ResponseClassifier classifier,
    @Nullable Duration classificationTimeout,
    @Nullable Buffers buffers) {
  /** {@code base}, but for what this says (§8.4). */
  ServiceConfig over(ServiceConfig base) {
    return new ServiceConfig(
        totalTimeout == null ? base.totalTimeout() : totalTimeout,
        budget == null ? base.budget() : budget,
        backoff == null ? base.backoff() : backoff,
        classifier == null ? base.classifier() : classifier,
        classificationTimeout == null ? base.classificationTimeout() : classificationTimeout,
        buffers == null ? base.buffers() : buffers);
  }
}
