package fairlead.http1;

import fairlead.http.FieldRules;
import fairlead.http.Head;
import org.jspecify.annotations.Nullable;

/** Request line and status line (RFC 9112 §3, §4). */
final class StartLine {
  private static final Rejection REQUEST_LINE =
      Rejection.bad("the request line is not METHOD SP TARGET SP HTTP/1.1");
  private static final Rejection METHOD = Rejection.bad("the method is not a token");
  private static final Rejection TARGET_BYTES =
      Rejection.bad("the request target has an illegal character");
  private static final Rejection VERSION = new Rejection(505, "the HTTP version is not 1.0 or 1.1");
  private static final Rejection STATUS_LINE =
      Rejection.bad("the status line is not HTTP/1.1 SP 3DIGIT SP REASON");

  private static final int VERSION_LENGTH = 8;

  private StartLine() {}

  static @Nullable Rejection request(Head head, int start, int end) {
    byte[] bytes = head.array();
    int methodEnd = start;
    while (methodEnd < end && FieldRules.isToken(bytes[methodEnd])) {
      methodEnd++;
    }
    if (methodEnd == end || bytes[methodEnd] != ' ') {
      return METHOD;
    }
    if (methodEnd == start) {
      return REQUEST_LINE;
    }
    int targetEnd = methodEnd + 1;
    while (targetEnd < end && FieldRules.isTarget(bytes[targetEnd])) {
      targetEnd++;
    }
    if (targetEnd == end) {
      return REQUEST_LINE;
    }
    if (bytes[targetEnd] != ' ') {
      return TARGET_BYTES;
    }
    int minor = minorVersion(bytes, targetEnd + 1, end);
    if (targetEnd == methodEnd + 1 || end - targetEnd - 1 != VERSION_LENGTH || minor == MALFORMED) {
      return REQUEST_LINE;
    }
    if (minor == UNSUPPORTED) {
      return VERSION;
    }
    head.receivedRequestLine(
        start, methodEnd - start, methodEnd + 1, targetEnd - methodEnd - 1, minor);
    return null;
  }

  static @Nullable Rejection status(Head head, int start, int end) {
    byte[] bytes = head.array();
    int code = start + VERSION_LENGTH + 1;
    int reason = code + 4;
    if (end < reason || bytes[code - 1] != ' ' || bytes[reason - 1] != ' ') {
      return STATUS_LINE;
    }
    int minor = minorVersion(bytes, start, code - 1);
    int status = threeDigits(bytes, code);
    if (minor == MALFORMED || status < 100) {
      return STATUS_LINE;
    }
    if (minor == UNSUPPORTED) {
      return VERSION;
    }
    head.receivedStatusLine(status, reason, end - reason, minor);
    return null;
  }

  private static final int MALFORMED = -1;
  private static final int UNSUPPORTED = -2;

  private static int minorVersion(byte[] bytes, int from, int to) {
    if (to - from != VERSION_LENGTH
        || bytes[from] != 'H'
        || bytes[from + 1] != 'T'
        || bytes[from + 2] != 'T'
        || bytes[from + 3] != 'P'
        || bytes[from + 4] != '/'
        || !isDigit(bytes[from + 5])
        || bytes[from + 6] != '.'
        || !isDigit(bytes[from + 7])) {
      return MALFORMED;
    }
    int minor = bytes[from + 7] - '0';
    return bytes[from + 5] == '1' && minor <= 1 ? minor : UNSUPPORTED;
  }

  private static int threeDigits(byte[] bytes, int at) {
    if (!isDigit(bytes[at]) || !isDigit(bytes[at + 1]) || !isDigit(bytes[at + 2])) {
      return -1;
    }
    return (bytes[at] - '0') * 100 + (bytes[at + 1] - '0') * 10 + bytes[at + 2] - '0';
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
