package fairlead.routing.classify;

import fairlead.exchange.Failure;
import fairlead.exchange.ResponseClass;
import fairlead.exchange.ResponseClassifier;
import fairlead.http.Fields;
import fairlead.http.Head;
import org.jspecify.annotations.Nullable;

/**
 * {@code io.l5d.h2.*} ({@code spec/http.md} §17.9): a server error is known by the head, a success
 * when the stream has ended. Immutable.
 *
 * @param retryable requests that are sent again after a server error, or when the stream breaks
 * @param allSuccessful every whole response is a success
 */
public record H2Classifier(Retryable retryable, boolean allSuccessful)
    implements ResponseClassifier {
  /** {@code io.l5d.h2.nonRetryable5XX}. */
  public static final H2Classifier DEFAULT = new H2Classifier(Retryable.NOTHING, false);

  @Override
  public @Nullable ResponseClass early(Head request, Head response) {
    return isServerError(response) ? retryable.ofServerError(request) : null;
  }

  @Override
  public ResponseClass late(Head request, Head response, @Nullable Fields trailers) {
    return isServerError(response) ? ResponseClass.FAILURE : ResponseClass.SUCCESS;
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
    return retryable.holds(request);
  }

  private boolean isServerError(Head response) {
    return !allSuccessful && response.status() >= 500;
  }
}
