package fairlead.launcher;

/** Something that several use, and that is closed with the last of them. Any thread. */
final class Shared<T> {
  private final T value;
  private final Runnable close;
  private int holders = 1;

  /** Held once, by who makes it. */
  Shared(T value, Runnable close) {
    this.value = value;
    this.close = close;
  }

  T value() {
    return value;
  }

  /** One more {@link #release} is owed. */
  synchronized Shared<T> hold() {
    holders++;
    return this;
  }

  void release() {
    if (left() == 0) {
      close.run();
    }
  }

  private synchronized int left() {
    return --holders;
  }
}
