package fairlead.routing.classify;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.config.Protocol;
import fairlead.exchange.ResponseClassifier;
import fairlead.routing.classify.GrpcClassifier.Retries;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads {@code responseClassifier} of a service ({@code spec/config.md} §10.1, §10.2). */
public final class ClassifierReader {
  private static final Kinds<ResponseClassifier> HTTP =
      byStatus("response classifier", "io.l5d.http.", HttpClassifier::new);

  private static final Kinds<ResponseClassifier> H2 =
      byStatus("h2 response classifier", "io.l5d.h2.", H2Classifier::new)
          .built("io.l5d.h2.grpc.default", b -> grpc(b, codes(GrpcStatus.UNAVAILABLE)))
          .built("io.l5d.h2.grpc.compliant", b -> grpc(b, new Retries.Compliant()))
          .built("io.l5d.h2.grpc.alwaysRetryable", b -> grpc(b, new Retries.AnyCode()))
          .built("io.l5d.h2.grpc.neverRetryable", b -> grpc(b, codes()))
          .built("io.l5d.h2.grpc.retryableStatusCodes", ClassifierReader::listed);

  private ClassifierReader() {}

  /**
   * What the block says, or null when there is none, it has a fault, or nobody knows what may stand
   * there.
   */
  public static @Nullable ResponseClassifier read(@Nullable Block block, Protocol protocol) {
    if (block == null || block.acceptsAnyKey()) {
      return null;
    }
    return (protocol == Protocol.H2 ? H2 : HTTP).read(block);
  }

  /** How answers are judged where nothing is said. */
  public static ResponseClassifier usual(Protocol protocol) {
    return protocol == Protocol.H2 ? H2Classifier.DEFAULT : HttpClassifier.DEFAULT;
  }

  private static Kinds<ResponseClassifier> byStatus(
      String what, String prefix, BiFunction<Retryable, Boolean, ResponseClassifier> maker) {
    return Kinds.<ResponseClassifier>of(what)
        .built(prefix + "nonRetryable5XX", _ -> maker.apply(Retryable.NOTHING, false))
        .built(prefix + "retryableRead5XX", _ -> maker.apply(Retryable.READ, false))
        .built(prefix + "retryableIdempotent5XX", _ -> maker.apply(Retryable.IDEMPOTENT, false))
        .built(prefix + "retryableAll5XX", _ -> maker.apply(Retryable.ALL, false))
        .built(prefix + "allSuccessful", _ -> maker.apply(Retryable.NOTHING, true));
  }

  private static ResponseClassifier listed(Block block) {
    if (!block.has("retryableStatusCodes")) {
      block.missing("retryableStatusCodes", "write a list of gRPC status codes");
    }
    return grpc(block, new Retries.Codes(codes(block, "retryableStatusCodes")));
  }

  private static ResponseClassifier grpc(Block block, Retries retries) {
    Set<Integer> successes =
        block.has("successStatusCodes")
            ? codes(block, "successStatusCodes")
            : Set.of(GrpcStatus.OK);
    return new GrpcClassifier(successes, retries);
  }

  private static Retries codes(Integer... codes) {
    return new Retries.Codes(Set.of(codes));
  }

  private static Set<Integer> codes(Block block, String key) {
    var codes = new HashSet<Integer>();
    for (var item : block.list(key)) {
      Integer code = item.in().integer(item.key(), 0, Integer.MAX_VALUE);
      if (code != null) {
        codes.add(code);
      }
    }
    return codes;
  }
}
