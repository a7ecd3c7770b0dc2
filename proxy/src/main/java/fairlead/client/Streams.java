package fairlead.client;

/** Where the requests of one event loop to one endpoint get their streams. Event loop only. */
public sealed interface Streams permits Pool, StreamPool {
  /** Gives {@code waiter} a stream, at once when one is free. */
  void acquire(Waiter waiter);

  /** Makes a connection, so that the first request needs not wait for it, when there is none. */
  void prepare();

  /** The waiter wants no stream any more; a connection that is being made for it is kept. */
  void cancel(Waiter waiter);

  /** Closes what is free now, and whether there was any; more can be had later. */
  boolean closeFree();

  /** Closes what is free now and the rest once it is. */
  void close();
}
