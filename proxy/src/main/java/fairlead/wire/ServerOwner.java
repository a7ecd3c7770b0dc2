package fairlead.wire;

import fairlead.exchange.ConnectionEvents;

/** Whose connection a caller's is: its listener. */
public interface ServerOwner extends ConnectionEvents {
  /** How far the listener is from its end. Any thread. */
  Phase phase();

  /** It is up. Event loop only. */
  void joined(CallerConnection connection);

  /** It is gone. Event loop only. */
  void left(CallerConnection connection);

  /** Closed for want of requests. Any thread. */
  void idleClose();

  /** Closed for its age. Any thread. */
  void lifetimeClose();

  /** Given up, since its caller let us wait. Any thread. */
  void tooSlow(Slowness what);

  /** A caller did what costs more than it brings. Any thread. */
  default void glitch(Glitch what) {}

  /** A caller did too much of it, and its connection is closed. Any thread. */
  default void spent(Glitch what) {}

  /** How far a listener is from its end. */
  enum Phase {
    SERVING,
    /** Answers ask the caller to come by another connection. */
    LEAVING,
    /** Connections are closed as soon as nothing is in progress. */
    CLOSING
  }
}
