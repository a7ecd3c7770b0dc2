package fairlead.routing.classify;

import fairlead.exchange.Failure;
import fairlead.exchange.ResponseClass;
import fairlead.exchange.ResponseClassifier;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/**
 * {@code io.l5d.http.*} ({@code spec/http.md} §11): the head of the response decides, and what a
 * backend calls retryable is, whatever the method. Immutable.
 *
 * @param retryable requests that are sent again after a server error
 * @param allSuccessful every response is a success
 */
public record HttpClassifier(Retryable retryable, boolean allSuccessful)
    implements ResponseClassifier {
  /** {@code io.l5d.http.nonRetryable5XX}. */
  public static final HttpClassifier DEFAULT = new HttpClassifier(Retryable.NOTHING, false);

  @Override
  public ResponseClass early(Head request, Head response) {
    if (allSuccessful || response.status() < 500) {
      return ResponseClass.SUCCESS;
    }
    int asked = response.find(HeaderNames.L5D_RETRYABLE);
    return asked >= 0 && response.valueIs(asked, "true")
        ? ResponseClass.RETRYABLE
        : retryable.ofServerError(request);
  }

  @Override
  public ResponseClass late(Head request, Head response, @Nullable Fields trailers) {
    return early(request, response);
  }

  @Override
  public ResponseClass failed(Head request, Failure failure) {
    return retryable.of(request, failure);
  }

  @Override
  public boolean mayRetry(Head request) {
    return retryable.holds(request);
  }

  @Override
  public boolean mayRetryLate(Head request, Head response) {
    return false;
  }
}
