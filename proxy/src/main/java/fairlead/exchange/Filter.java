package fairlead.exchange;

import fairlead.http.Head;

/**
 * Acts on heads and ends; bodies pass by. Called on the exchange's event loop, in stack order out
 * and in reverse order back. Shared by all exchanges: what belongs to one is kept in the {@link
 * Exchange}.
 */
public interface Filter {
  /** May change the request's head, or refuse it. */
  default Verdict request(Exchange exchange) {
    return Verdict.PASS;
  }

  /** Whether {@link #response} and {@link #end} do something, and so must be told. */
  default boolean looksBack() {
    return true;
  }

  /** The head of an interim response (1xx) passes by and may be changed. */
  default void interim(Head head) {}

  /** The head of the final response is there and may be changed. */
  default void response(Exchange exchange) {}

  /**
   * The exchange, or the attempt that this filter belongs to, is over. Exactly once for each {@link
   * #request} that passed and {@link #looksBack}, however it ended.
   */
  default void end(Exchange exchange, Outcome outcome) {}
}
