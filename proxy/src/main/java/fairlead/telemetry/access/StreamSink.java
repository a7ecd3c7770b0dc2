package fairlead.telemetry.access;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Standard output or error, in writes that a pipe takes whole where lines allow it, so that lines
 * of others come between ours and not into them.
 */
final class StreamSink implements LineSink {
  /** What POSIX has a pipe take at once at least on Linux: {@code PIPE_BUF}. */
  private static final int AT_ONCE = 4096;

  private final OutputStream out;

  StreamSink(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(byte[] lines, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      int end = end(lines, at, to);
      out.write(lines, at, end - at);
      at = end;
    }
    out.flush();
  }

  /** The end of the last whole line within what is written at once, else of the first line. */
  private static int end(byte[] lines, int from, int to) {
    if (to - from <= AT_ONCE) {
      return to;
    }
    int end = from + AT_ONCE;
    while (end > from && lines[end - 1] != '\n') {
      end--;
    }
    if (end > from) {
      return end;
    }
    end = from + AT_ONCE;
    while (end < to && lines[end - 1] != '\n') {
      end++;
    }
    return end;
  }

  /** The stream is the process's. */
  @Override
  public void close() {}
}
