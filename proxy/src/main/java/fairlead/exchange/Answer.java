package fairlead.exchange;

import fairlead.http.Head;
import fairlead.http.HeaderNames;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The response that the proxy makes of a failure ({@code spec/http.md} §6).
 *
 * @param retryable whether the request was certainly not processed
 * @param nack whether a Finagle peer shall take it as a nack (§6.3)
 */
public record Answer(int status, String reason, String text, boolean retryable, boolean nack) {
  /** The one place where a failure becomes a status. */
  public static Answer of(Failure failure) {
    return switch (failure) {
      case Failure.Unidentifiable _,
          Failure.BadName _,
          Failure.CallDepthExceeded _,
          Failure.BadMaxForwards _,
          Failure.BadDtab _,
          Failure.BadBody _ ->
          new Answer(400, "Bad Request", failure.text(), false, false);
      case Failure.BodyTimedOut _ ->
          new Answer(408, "Request Timeout", failure.text(), false, false);
      case Failure.BodyTooLong _ ->
          new Answer(413, "Content Too Large", failure.text(), false, false);
      case Failure.MethodNotServed _ ->
          new Answer(501, "Not Implemented", failure.text(), false, false);
      case Failure.NoEndpoint _,
          Failure.LookupFailed _,
          Failure.BindingTimedOut _,
          Failure.ConnectFailed _,
          Failure.BackendClosed _,
          Failure.BackendBroken _,
          Failure.ReadTimedOut _,
          Failure.StreamReset _,
          Failure.BadResponse _ ->
          new Answer(502, "Bad Gateway", failure.text(), false, false);
      case Failure.TooManyWaiters _,
          Failure.WriteFailed _,
          Failure.ConnectionLeaving _,
          Failure.HeldBack _ ->
          new Answer(502, "Bad Gateway", failure.text(), true, false);
      case Failure.Nacked nacked ->
          new Answer(502, "Bad Gateway", failure.text(), nacked.isRetryable(), false);
      case Failure.NothingKnown _ ->
          new Answer(503, "Service Unavailable", failure.text(), true, false);
      case Failure.RequestTimedOut _,
          Failure.TotalTimedOut _,
          Failure.AttemptTimedOut _,
          Failure.DeadlineExceeded _ ->
          new Answer(503, "Service Unavailable", failure.text(), false, false);
      case Failure.Overloaded _,
          Failure.MemoryScarce _,
          Failure.ConnectStarved _,
          Failure.WrongService _,
          Failure.ConcurrencyLimited _ ->
          new Answer(503, "Service Unavailable", failure.text(), true, true);
    };
  }

  /**
   * The head, but for the length of the body.
   *
   * @param anew whether another try is another chance
   */
  Head head(Limits limits, boolean anew) {
    var head = Head.response(status, reason);
    head.add(HeaderNames.L5D_ERR, cut(encoded(), limits.errorHeader()));
    if (retryable && anew) {
      head.add(HeaderNames.L5D_RETRYABLE, "true");
    }
    if (nack) {
      head.add(HeaderNames.FINAGLE_HTTP_NACK, "true");
      head.add(HeaderNames.RETRY_AFTER, "0");
    }
    head.add(HeaderNames.CONTENT_TYPE, "text/plain");
    return head;
  }

  /** The text, cut to what is allowed. */
  byte[] body(Limits limits) {
    return cut(text, limits.errorBody()).getBytes(StandardCharsets.ISO_8859_1);
  }

  private String encoded() {
    return URLEncoder.encode(text, StandardCharsets.ISO_8859_1);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}
