package fairlead.routing;

import fairlead.config.Block;
import fairlead.config.Prefixed;
import fairlead.config.Protocol;
import fairlead.retry.Backoff;
import fairlead.retry.BudgetConfig;
import fairlead.retry.RetryReader;
import fairlead.routing.ServiceConfig.Buffers;
import fairlead.routing.classify.ClassifierReader;
import org.jspecify.annotations.Nullable;

/** Reads {@code service} of a router ({@code spec/config.md} §8, §10). */
final class ServiceConfigReader {
  private ServiceConfigReader() {}

  /** How requests are treated, by what their logical names begin with. */
  static ServiceConfigs read(@Nullable Block service, Protocol protocol) {
    var buffers = protocol == Protocol.H2 ? Buffers.DEFAULT : null;
    return new PrefixedServices(
        Prefixed.read(service, "service", "/svc/web", b -> settings(b, protocol)),
        ServiceConfig.usual(ClassifierReader.usual(protocol), buffers));
  }

  private static ServiceSettings settings(Block block, Protocol protocol) {
    boolean h2 = protocol == Protocol.H2;
    BudgetConfig budget = null;
    Backoff backoff = null;
    Block retries = block.block("retries");
    if (retries != null) {
      budget = RetryReader.budget(retries, "budget");
      backoff = RetryReader.backoff(retries, "backoff");
      retries.end();
    }
    return new ServiceSettings(
        block.millis("totalTimeoutMs", 1),
        budget,
        backoff,
        ClassifierReader.read(block.block("responseClassifier"), protocol),
        h2 ? block.millis("classificationTimeoutMs", 0) : null,
        h2 ? buffers(block.block("retryBufferSize")) : null);
  }

  private static @Nullable Buffers buffers(@Nullable Block block) {
    if (block == null) {
      return null;
    }
    var buffers =
        new Buffers(
            block.integer("requestBytes", Buffers.USUAL_BYTES, 0, Integer.MAX_VALUE),
            block.integer("responseBytes", Buffers.USUAL_BYTES, 0, Integer.MAX_VALUE));
    block.end();
    return buffers;
  }
}
