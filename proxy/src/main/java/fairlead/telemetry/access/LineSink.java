package fairlead.telemetry.access;

import java.io.Closeable;
import java.io.IOException;

/** Where lines go. Used by one thread, which may wait here, but for {@link #reopen}. */
interface LineSink extends Closeable {
  /**
   * Writes the whole lines that lie from {@code from} to {@code to}.
   *
   * @throws IOException when not all were written; the next ones are tried anew
   */
  void write(byte[] lines, int from, int to) throws IOException;

  /** What is written to was moved away. Any thread. */
  default void reopen() {}

  @Override
  default void close() throws IOException {}
}
