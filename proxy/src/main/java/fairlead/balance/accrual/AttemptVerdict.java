package fairlead.balance.accrual;

import fairlead.exchange.Exchange;
import fairlead.exchange.Outcome;

/** What an attempt says of the endpoint that it was sent to. Event loop only. */
@FunctionalInterface
public interface AttemptVerdict {
  /** What the end of an attempt of {@code exchange} says. */
  Finding of(Exchange exchange, Outcome outcome);

  /** For an endpoint, or against it. */
  enum Finding {
    SUCCESS,
    FAILURE,
    /** There is nobody, or nobody any more: enough to take it out at once. */
    GONE,
    /** It is not the endpoint's doing. */
    NOTHING
  }
}
