package fairlead.telemetry;

/**
 * A page that is written while it is sent, a piece after the other, so that a long one is nowhere
 * whole. One thread at a time.
 */
public interface PagePieces {
  /** Bytes of a piece, about. */
  int SIZE = 64 * 1024;

  /** The next piece; empty only where {@link #isOver} is true behind it. */
  PageBytes next();

  /** Whether there is nothing behind the pieces so far. */
  boolean isOver();

  /** All of what is left. */
  default PageBytes whole() {
    var all = new PageBytes();
    while (!isOver()) {
      all.append(next());
    }
    return all;
  }
}
