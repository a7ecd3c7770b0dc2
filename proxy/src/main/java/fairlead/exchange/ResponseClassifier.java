package fairlead.exchange;

import fairlead.http.Fields;
import fairlead.http.Head;
import org.jspecify.annotations.Nullable;

/**
 * Decides what became of an attempt ({@code spec/http.md} §11, §17.9, §18): early, by the heads, or
 * late, when the answer has ended. Called on the exchange's event loop, shared by all loops.
 */
public interface ResponseClassifier {
  /** Wait as long as the service's back-off says. */
  long NO_PUSHBACK = -1;

  /**
   * By the heads alone.
   *
   * @return null when only the end can tell
   */
  @Nullable ResponseClass early(Head request, Head response);

  /** By the whole answer, of which {@link #early} could not tell; {@code trailers} if any. */
  ResponseClass late(Head request, Head response, @Nullable Fields trailers);

  /** By what went wrong, before the head of an answer or in its midst. */
  ResponseClass failed(Head request, Failure failure);

  /** Whether it may call an answer to {@code request} retryable that does not ask for it. */
  boolean mayRetry(Head request);

  /** Whether {@link #late} or {@link #failed} may yet call this answer retryable. */
  boolean mayRetryLate(Head request, Head response);

  /**
   * How long the backend asks to wait before a retry, in milliseconds, or {@link #NO_PUSHBACK}.
   *
   * @param said the head or the trailers that made the answer retryable
   */
  default long pushbackMillis(Fields said) {
    return NO_PUSHBACK;
  }
}
