package fairlead.exchange;

import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/**
 * What a service's classifier makes of one exchange, attempt by attempt, and who was told before it
 * was known. Event loop only; a part of {@link Attempts}, as each request would pay for another
 * object.
 */
abstract sealed class Judgement permits Attempts {
  private final ResponseClassifier classifier;
  private @Nullable ResponseClass result;
  private boolean lateForAttempt;
  private boolean late;
  private boolean inTrailers;

  Judgement(ResponseClassifier classifier) {
    this.classifier = classifier;
  }

  /** A new attempt, of which nothing is known. */
  final void begin() {
    result = null;
    lateForAttempt = false;
  }

  final @Nullable ResponseClass result() {
    return result;
  }

  final boolean isRetryable() {
    return result == ResponseClass.RETRYABLE;
  }

  /** The head of the response; {@code last} when nothing follows. */
  final void head(Head request, Head response, boolean last) {
    result = classifier.early(request, response);
    if (result == null && last) {
      result = classifier.late(request, response, null);
    }
  }

  /** The end of the response. */
  final void end(Head request, Head response, @Nullable Fields trailers) {
    if (result == null) {
      result = classifier.late(request, response, trailers);
    }
  }

  /** The attempt failed; whether it may be made again. */
  final boolean failed(Head request, Failure failure) {
    result = classifier.failed(request, failure);
    return isRetryable();
  }

  /** The attempt ends with this, whatever is known already. */
  final void endedBy(Head request, Failure failure) {
    if (result == null) {
      result = classifier.failed(request, failure);
    }
  }

  /** The answer opens a tunnel. */
  final void tunnel() {
    result = ResponseClass.SUCCESS;
  }

  /** Whether the end of this response may call for another attempt. */
  final boolean isWorthHolding(Head request, Head response) {
    return result == null && classifier.mayRetryLate(request, response);
  }

  /** How long the backend asks to wait, in milliseconds. */
  final long pushbackMillis(Fields said) {
    return classifier.pushbackMillis(said);
  }

  /** Filters of the attempt see the head of the response now. */
  final void shownToAttempt() {
    lateForAttempt |= result == null;
  }

  /** All other filters do. */
  final void shownToAll() {
    late |= result == null;
  }

  /** Whether the head went by before the result was known: by the attempt's filters, or others. */
  final boolean isLate(boolean forAttempt) {
    return forAttempt ? lateForAttempt : late;
  }

  final void tellInTrailers(boolean told) {
    inTrailers = told;
  }

  /**
   * The trailers, with the result where the head could not tell it ({@code spec/http.md} §17.8).
   */
  final @Nullable Fields tell(@Nullable Fields trailers) {
    if (!inTrailers || result == null) {
      if (trailers != null) {
        trailers.remove(HeaderNames.L5D_SUCCESS_CLASS); // what the next hop thought
      }
      return trailers;
    }
    var told = trailers == null ? new Fields() : trailers;
    told.set(HeaderNames.L5D_SUCCESS_CLASS, result.fraction());
    return told;
  }
}
