package fairlead.client;

import fairlead.exchange.BackendStream;

/** Wants a stream to an endpoint; told exactly once, unless it is cancelled. Event loop only. */
public interface Waiter {
  /** The stream is the waiter's until it is told the end of an exchange. */
  void acquired(BackendStream stream);

  /** No connection could be made. */
  void unconnected(Throwable cause);

  /** No connection could be made for want of a port or descriptor here; nobody else's fault. */
  void starved(Throwable cause);

  /** Already this many wait. */
  void crowded(int maxWaiters);

  /** When the waiting began, by the loop's ticker. */
  long sinceNanos();

  /** Whether a connection that was used before is to be avoided. */
  boolean wantsNew();
}
