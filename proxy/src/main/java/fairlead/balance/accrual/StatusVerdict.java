package fairlead.balance.accrual;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Outcome;
import fairlead.http.Deadline;
import fairlead.http.EpochTime;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/**
 * What the service's classifier says of an answer; where it says nothing yet, 5xx is a failure, and
 * so is no answer, unless the caller is to blame ({@code spec/client.md} §7). An endpoint that
 * refuses a connection is gone, and so is one that resets it instead of answering a request without
 * a body: with a body that may be its way to say that the body is too long.
 */
public final class StatusVerdict implements AttemptVerdict {
  private static final int SERVER_ERROR = 500;

  @Override
  public Finding of(Exchange exchange, Outcome outcome) {
    boolean failed = outcome instanceof Outcome.Failed;
    var finding =
        switch (failed ? null : exchange.responseClass()) {
          case SUCCESS -> Finding.SUCCESS;
          case FAILURE, RETRYABLE -> Finding.FAILURE;
          case null -> of(exchange.request(), exchange.response(), outcome);
        };
    boolean excused =
        !failed && finding == Finding.FAILURE && isOver(exchange.request(), EpochTime.nanos());
    return excused ? Finding.NOTHING : finding;
  }

  /**
   * Whether the deadline is over that an endpoint was told. We give up when it is; who answers
   * later is heard only because we stood still, as perhaps it did, and may say just that (fault
   * 34).
   */
  static boolean isOver(Head request, long nowNanos) {
    String told = request.first(HeaderNames.L5D_CTX_DEADLINE);
    var deadline = told == null ? null : Deadline.parse(told);
    return deadline != null && deadline.leftNanos(nowNanos) <= 0;
  }

  static Finding of(Head request, @Nullable Head response, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered _, Outcome.Abandoned _, Outcome.Retried _ -> ofStatus(response);
      case Outcome.Failed(var failure) -> ofFailure(failure, request, response);
    };
  }

  private static Finding ofStatus(@Nullable Head response) {
    if (response == null) {
      return Finding.NOTHING;
    }
    return response.status() >= SERVER_ERROR ? Finding.FAILURE : Finding.SUCCESS;
  }

  private static Finding ofFailure(Failure failure, Head request, @Nullable Head response) {
    return switch (failure) {
      case Failure.ConnectFailed _, Failure.WrongService _ -> Finding.GONE;
      case Failure.BackendBroken broken when broken.getCause() instanceof OutOfMemoryError ->
          Finding.NOTHING; // a buffer of ours that could not be had (fault 26)
      case Failure.BackendBroken _ -> {
        boolean bodyless = request.contentLength() <= 0 && !request.isChunked();
        yield bodyless && response == null ? Finding.GONE : Finding.FAILURE;
      }
      case Failure.BackendClosed _,
          Failure.ReadTimedOut _,
          Failure.WriteFailed _,
          Failure.StreamReset _,
          Failure.BadResponse _,
          Failure.TooManyWaiters _,
          Failure.AttemptTimedOut _,
          Failure.Nacked _ ->
          Finding.FAILURE;
      case Failure.Unidentifiable _,
          Failure.BadName _,
          Failure.MethodNotServed _,
          Failure.CallDepthExceeded _,
          Failure.BadMaxForwards _,
          Failure.BadDtab _,
          Failure.BadBody _,
          Failure.BodyTimedOut _,
          Failure.BodyTooLong _,
          Failure.NoEndpoint _,
          Failure.NothingKnown _,
          Failure.LookupFailed _,
          Failure.BindingTimedOut _,
          Failure.RequestTimedOut _,
          Failure.ConnectionLeaving _,
          Failure.TotalTimedOut _,
          Failure.DeadlineExceeded _,
          Failure.Overloaded _,
          Failure.MemoryScarce _,
          Failure.ConnectStarved _,
          Failure.HeldBack _,
          Failure.ConcurrencyLimited _ ->
          Finding.NOTHING;
    };
  }
}
