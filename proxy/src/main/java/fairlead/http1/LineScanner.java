package fairlead.http1;

import fairlead.http.Bytes;
import fairlead.http.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Finds lines that end with CRLF in the bytes under a table, and refuses what may stand in none:
 * controls, bare CR, bare LF. Keeps its place between calls, so that no byte is looked at twice and
 * the outcome does not depend on how the bytes were cut. Event loop only.
 */
final class LineScanner {
  private static final Rejection BARE_LF = Rejection.bad("a line ends with LF alone");
  private static final Rejection BARE_CR = Rejection.bad("a CR without LF");
  private static final Rejection CONTROL = Rejection.bad("a control character");

  /** What {@link #scan} found. */
  enum Found {
    LINE,
    NOTHING_YET,
    TOO_LONG,
    BAD
  }

  private int start;
  private int place;
  private @Nullable Rejection fault;

  void reset(int at) {
    start = at;
    place = at;
    fault = null;
  }

  /** Where the line begins. */
  int lineStart() {
    return start;
  }

  /** Where the CR of the line found stands. */
  int lineEnd() {
    return place;
  }

  /** Why {@link #scan} said {@link Found#BAD}. */
  Rejection fault() {
    return fault == null ? CONTROL : fault;
  }

  /** Goes on behind the line found. */
  void next() {
    start = place + 2;
    place = start;
  }

  /** Looks for the end of a line of at most {@code limit} bytes, without its CRLF. */
  Found scan(Fields fields, int limit) {
    byte[] bytes = fields.array();
    int used = fields.arrayLength();
    int end = (int) Math.min(used, (long) start + limit);
    int i = place;
    while (i < end) {
      i = Bytes.firstControl(bytes, i, end);
      if (i == end || bytes[i] != '\t') {
        break;
      }
      i++;
    }
    place = i;
    if (i == used) {
      return Found.NOTHING_YET;
    }
    return switch (bytes[i]) {
      case '\r' -> lineFeedAt(bytes, i + 1, used);
      case '\n' -> bad(BARE_LF);
      default -> i - start >= limit ? Found.TOO_LONG : bad(CONTROL);
    };
  }

  private Found lineFeedAt(byte[] bytes, int i, int used) {
    if (i == used) {
      return Found.NOTHING_YET;
    }
    return bytes[i] == '\n' ? Found.LINE : bad(BARE_CR);
  }

  private Found bad(Rejection why) {
    fault = why;
    return Found.BAD;
  }
}
