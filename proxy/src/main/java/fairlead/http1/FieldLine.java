package fairlead.http1;

import fairlead.http.FieldRules;
import fairlead.http.Fields;
import org.jspecify.annotations.Nullable;

/** One field line into the table (RFC 9112 §5). The scanner has refused controls before. */
final class FieldLine {
  private static final Rejection FOLDED =
      Rejection.bad("a header line begins with white space (obs-fold is not accepted)");
  private static final Rejection NO_COLON = Rejection.bad("a header line has no colon");
  private static final Rejection EMPTY_NAME = Rejection.bad("a header name is empty");
  private static final Rejection NAME = Rejection.bad("a header name has an illegal character");
  private static final Rejection VALUE = Rejection.bad("a header value has a byte above 0x7f");
  private static final Rejection LOOKALIKE =
      Rejection.bad("a header name with underscores reads like one that steers the proxy");

  private FieldLine() {}

  /** Enters the line at {@code start}; {@code end} is where its CR stands. Null when accepted. */
  static @Nullable Rejection enter(Fields fields, int start, int end, boolean obsText) {
    byte[] bytes = fields.array();
    int colon = start;
    boolean underscore = false;
    while (colon < end && FieldRules.isToken(bytes[colon])) {
      underscore |= bytes[colon] == '_';
      colon++;
    }
    if (colon == end || bytes[colon] != ':' || colon == start) {
      return badName(bytes, start, colon, end);
    }
    if (underscore && FieldRules.isLookalike(bytes, start, colon - start)) {
      return LOOKALIKE;
    }
    int value = colon + 1;
    while (value < end && isBlank(bytes[value])) {
      value++;
    }
    int valueEnd = end;
    while (valueEnd > value && isBlank(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    if (!obsText && hasHighByte(bytes, value, valueEnd)) {
      return VALUE;
    }
    fields.received(start, colon - start, value, valueEnd - value, end + 2);
    return null;
  }

  private static Rejection badName(byte[] bytes, int start, int stop, int end) {
    if (isBlank(bytes[start])) {
      return FOLDED;
    }
    if (stop == end) {
      return NO_COLON;
    }
    return bytes[start] == ':' ? EMPTY_NAME : NAME;
  }

  private static boolean hasHighByte(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return true;
      }
    }
    return false;
  }

  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }
}
