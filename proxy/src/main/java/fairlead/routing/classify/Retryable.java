package fairlead.routing.classify;

import fairlead.exchange.ErrorCode;
import fairlead.exchange.Failure;
import fairlead.exchange.ResponseClass;
import fairlead.http.Head;

/** The requests that a classifier of statuses may have sent again ({@code spec/http.md} §11). */
public enum Retryable {
  NOTHING,
  /** Those that only read. */
  READ,
  /** Those that may be done twice (RFC 9110 §9.2.2). */
  IDEMPOTENT,
  ALL;

  private static final String[] READS = {"GET", "HEAD", "OPTIONS", "TRACE"};
  private static final String[] OVERWRITES = {"PUT", "DELETE"};
  private static final String[] OTHERS = {"POST", "PATCH"};

  /** Whether {@code request} is one of them. */
  boolean holds(Head request) {
    return switch (this) {
      case NOTHING -> false;
      case READ -> isOneOf(READS, request);
      case IDEMPOTENT -> READ.holds(request) || isOneOf(OVERWRITES, request);
      case ALL -> IDEMPOTENT.holds(request) || isOneOf(OTHERS, request);
    };
  }

  private static boolean isOneOf(String[] methods, Head request) {
    for (String method : methods) {
      if (request.methodIs(method)) {
        return true;
      }
    }
    return false;
  }

  /** Status 5xx. */
  ResponseClass ofServerError(Head request) {
    return holds(request) ? ResponseClass.RETRYABLE : ResponseClass.FAILURE;
  }

  ResponseClass of(Head request, Failure failure) {
    return mayPass(failure) && holds(request) ? ResponseClass.RETRYABLE : ResponseClass.FAILURE;
  }

  /**
   * Time-outs of an attempt, writes that failed, connections that were closed, and answers that are
   * none: those that another try may well not meet.
   */
  private static boolean mayPass(Failure failure) {
    return switch (failure) {
      case Failure.AttemptTimedOut _,
          Failure.WriteFailed _,
          Failure.TooManyWaiters _,
          Failure.BackendClosed _,
          Failure.BackendBroken _,
          Failure.BadResponse _ ->
          true;
      case Failure.Nacked nacked -> nacked.isRetryable();
      case Failure.StreamReset reset -> reset.why() == ErrorCode.REFUSED_STREAM;
      case Failure.ConnectionLeaving _ -> true;
      default -> false;
    };
  }
}
