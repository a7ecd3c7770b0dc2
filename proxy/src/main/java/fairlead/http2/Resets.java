package fairlead.http2;

import fairlead.exchange.ErrorCode;
import fairlead.exchange.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Which failures an h2 router tells by a reset, and which by an answer ({@code spec/http.md}
 * §17.6).
 */
final class Resets {
  private Resets() {}

  /** The code, or null where an answer is made. */
  static @Nullable ErrorCode of(Failure failure) {
    return switch (failure) {
      case Failure.Unidentifiable _,
          Failure.Overloaded _,
          Failure.MemoryScarce _,
          Failure.HeldBack _,
          Failure.ConcurrencyLimited _,
          Failure.TooManyWaiters _ ->
          ErrorCode.REFUSED_STREAM;
      case Failure.BadName _,
          Failure.NoEndpoint _,
          Failure.NothingKnown _,
          Failure.LookupFailed _,
          Failure.ConnectFailed _,
          Failure.ConnectStarved _,
          Failure.WrongService _,
          Failure.CallDepthExceeded _,
          Failure.BadMaxForwards _,
          Failure.BadDtab _,
          Failure.MethodNotServed _,
          Failure.BodyTooLong _,
          Failure.BodyTimedOut _,
          Failure.BadBody _,
          Failure.Nacked _ ->
          null;
      case Failure.StreamReset _,
          Failure.ConnectionLeaving _,
          Failure.BindingTimedOut _,
          Failure.RequestTimedOut _,
          Failure.TotalTimedOut _,
          Failure.AttemptTimedOut _,
          Failure.DeadlineExceeded _,
          Failure.WriteFailed _,
          Failure.BackendClosed _,
          Failure.BackendBroken _,
          Failure.ReadTimedOut _,
          Failure.BadResponse _ ->
          failure.code();
    };
  }
}
