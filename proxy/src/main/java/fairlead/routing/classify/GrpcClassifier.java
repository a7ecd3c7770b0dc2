package fairlead.routing.classify;

import fairlead.exchange.ErrorCode;
import fairlead.exchange.Failure;
import fairlead.exchange.ResponseClass;
import fairlead.exchange.ResponseClassifier;
import fairlead.http.Fields;
import fairlead.http.Head;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code io.l5d.h2.grpc.*} ({@code spec/http.md} §18): {@code grpc-status} decides, which stands in
 * the trailers, or in the head when nothing else comes. Immutable.
 *
 * @param successes codes that are no failure
 */
public record GrpcClassifier(Set<Integer> successes, Retries retries)
    implements ResponseClassifier {
  /** A backend that asks for more than this may as well be asked by somebody else, later. */
  private static final long MOST_PUSHBACK_MILLIS = 60_000;

  /** Which failures are retryable. */
  public sealed interface Retries {
    /** Those with one of these codes. */
    record Codes(Set<Integer> codes) implements Retries {
      public Codes {
        codes = Set.copyOf(codes);
      }
    }

    /** Those with a code, whatever it is. */
    record AnyCode() implements Retries {}

    /**
     * Those that gRPC's mapping of HTTP calls UNAVAILABLE: code 14, a refused stream, and a status
     * of 429, 502, 503 or 504 without a code.
     */
    record Compliant() implements Retries {}
  }

  public GrpcClassifier {
    successes = Set.copyOf(successes);
  }

  @Override
  public @Nullable ResponseClass early(Head request, Head response) {
    int code = GrpcStatus.of(response);
    if (code != GrpcStatus.ABSENT) {
      return byCode(code, response);
    }
    return response.status() >= 400 ? byStatus(response.status()) : null;
  }

  @Override
  public ResponseClass late(Head request, Head response, @Nullable Fields trailers) {
    int code = trailers == null ? GrpcStatus.ABSENT : GrpcStatus.of(trailers);
    return code == GrpcStatus.ABSENT || trailers == null
        ? ResponseClass.FAILURE
        : byCode(code, trailers);
  }

  @Override
  public ResponseClass failed(Head request, Failure failure) {
    return retries instanceof Retries.Compliant && isRefused(failure)
        ? ResponseClass.RETRYABLE
        : ResponseClass.FAILURE;
  }

  private static boolean isRefused(Failure failure) {
    return failure instanceof Failure.ConnectionLeaving
        || (failure instanceof Failure.StreamReset reset
            && reset.why() == ErrorCode.REFUSED_STREAM);
  }

  @Override
  public boolean mayRetry(Head request) {
    return !(retries instanceof Retries.Codes(var codes) && codes.isEmpty());
  }

  @Override
  public boolean mayRetryLate(Head request, Head response) {
    return mayRetry(request);
  }

  @Override
  public long pushbackMillis(Fields said) {
    return Math.max(NO_PUSHBACK, GrpcStatus.pushbackMillis(said));
  }

  private ResponseClass byCode(int code, Fields said) {
    if (successes.contains(code)) {
      return ResponseClass.SUCCESS;
    }
    boolean retryable =
        switch (retries) {
          case Retries.Codes(var codes) -> codes.contains(code);
          case Retries.AnyCode _ -> true;
          case Retries.Compliant _ -> code == GrpcStatus.UNAVAILABLE;
        };
    return retryable && isAllowed(GrpcStatus.pushbackMillis(said))
        ? ResponseClass.RETRYABLE
        : ResponseClass.FAILURE;
  }

  private static boolean isAllowed(long pushbackMillis) {
    return pushbackMillis != GrpcStatus.NEVER && pushbackMillis <= MOST_PUSHBACK_MILLIS;
  }

  private ResponseClass byStatus(int status) {
    return switch (status) {
      case 429, 502, 503, 504 ->
          retries instanceof Retries.Compliant ? ResponseClass.RETRYABLE : ResponseClass.FAILURE;
      default -> ResponseClass.FAILURE;
    };
  }
}
