package fairlead.exchange;

import fairlead.http.Head;
import fairlead.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/** How a backend says that it did not process a request ({@code spec/http.md} §6.3). */
final class Nacks {
  /** So much of the body is read for the connection's sake; more costs the connection. */
  static final int BODY_BYTES = 1024;

  private static final int UNAVAILABLE = 503;

  private Nacks() {}

  /** What {@code response} says, or null when it is an answer like any other. */
  static Failure.@Nullable Nacked of(Head response) {
    if (response.status() != UNAVAILABLE) {
      return null;
    }
    if (response.contains(HeaderNames.FINAGLE_HTTP_NONRETRYABLE_NACK)) {
      return new Failure.Nacked(false);
    }
    boolean nacked =
        response.contains(HeaderNames.FINAGLE_HTTP_NACK)
            || "0".equals(response.first(HeaderNames.RETRY_AFTER));
    return nacked ? new Failure.Nacked(true) : null;
  }
}
