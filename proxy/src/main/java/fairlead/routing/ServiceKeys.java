package fairlead.routing;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.config.PrefixPatterns;
import fairlead.config.Protocol;
import fairlead.config.RetryKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks {@code service} of a router ({@code spec/config.md} §10): only its defaults are built. */
final class ServiceKeys {
  private ServiceKeys() {}

  static void check(@Nullable Block service, Protocol protocol) {
    if (service == null) {
      return;
    }
    Kinds.<Boolean>of("service kind")
        .fallback("io.l5d.global")
        .built("io.l5d.global", b -> settings(b, protocol))
        .built("io.l5d.static", b -> prefixed(b, protocol))
        .read(service);
  }

  private static boolean prefixed(Block service, Protocol protocol) {
    if (!service.has("configs")) {
      service.missing("configs", "write a list of blocks, each with a prefix");
    }
    for (Block entry : service.blocks("configs")) {
      String prefix = entry.requiredText("prefix", "write a prefix, such as /svc/web");
      PrefixPatterns.check(entry, "prefix", prefix);
      settings(entry, protocol);
      entry.end();
    }
    return true;
  }

  private static boolean settings(Block block, Protocol protocol) {
    block.millis("totalTimeoutMs", 1);
    block.notBuilt("totalTimeoutMs");
    Block retries = block.block("retries");
    if (retries != null) {
      RetryKeys.budget(retries, "budget");
      if (!RetryKeys.isImmediate(retries.block("backoff"))) {
        retries.notBuilt("backoff");
      }
      retries.end();
    }
    Block classifier = block.block("responseClassifier");
    if (classifier != null) {
      (protocol == Protocol.H2 ? h2() : http()).read(classifier);
    }
    if (protocol == Protocol.H2) {
      block.integer("classificationTimeoutMs", 0, Integer.MAX_VALUE);
      retryBufferSize(block.block("retryBufferSize"));
    }
    return true;
  }

  private static void retryBufferSize(@Nullable Block block) {
    if (block != null) {
      block.integer("requestBytes", 0, Integer.MAX_VALUE);
      block.integer("responseBytes", 0, Integer.MAX_VALUE);
      block.end();
    }
  }

  private static Kinds<Boolean> http() {
    Kinds<Boolean> kinds =
        Kinds.<Boolean>of("response classifier").built("io.l5d.http.nonRetryable5XX", _ -> true);
    for (String kind :
        List.of("retryableRead5XX", "retryableIdempotent5XX", "retryableAll5XX", "allSuccessful")) {
      kinds.notBuilt("io.l5d.http." + kind, _ -> {});
    }
    return kinds;
  }

  private static Kinds<Boolean> h2() {
    Kinds<Boolean> kinds =
        Kinds.<Boolean>of("h2 response classifier").built("io.l5d.h2.nonRetryable5XX", _ -> true);
    for (String kind :
        List.of("retryableRead5XX", "retryableIdempotent5XX", "retryableAll5XX", "allSuccessful")) {
      kinds.notBuilt("io.l5d.h2." + kind, _ -> {});
    }
    for (String kind : List.of("default", "compliant", "alwaysRetryable", "neverRetryable")) {
      kinds.notBuilt("io.l5d.h2.grpc." + kind, b -> codes(b, "successStatusCodes"));
    }
    return kinds.notBuilt(
        "io.l5d.h2.grpc.retryableStatusCodes",
        b -> {
          codes(b, "successStatusCodes");
          if (!b.has("retryableStatusCodes")) {
            b.missing("retryableStatusCodes", "write a list of gRPC status codes");
          }
          codes(b, "retryableStatusCodes");
        });
  }

  private static void codes(Block block, String key) {
    block.list(key).forEach(item -> item.in().integer(item.key(), 0, Integer.MAX_VALUE));
  }
}
