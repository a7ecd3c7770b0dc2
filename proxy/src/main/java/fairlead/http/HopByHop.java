package fairlead.http;

/**
 * What belongs to one connection and must not be passed on ({@code spec/http.md} §3.1, RFC 9110
 * §7.6.1). Framing is not copied in any case: codecs write their own. Any thread.
 */
public final class HopByHop {
  private static final int[] ALWAYS = {
    HeaderNames.CONNECTION,
    HeaderNames.KEEP_ALIVE,
    HeaderNames.PROXY_CONNECTION,
    HeaderNames.PROXY_AUTHENTICATE,
    HeaderNames.PROXY_AUTHORIZATION,
    HeaderNames.TE,
    HeaderNames.TRAILER,
    HeaderNames.TRANSFER_ENCODING,
    HeaderNames.UPGRADE,
  };

  private HopByHop() {}

  /** Removes them, and every field that {@code Connection} names. */
  public static void strip(Head head) {
    for (int i = head.find(HeaderNames.CONNECTION); i >= 0; ) {
      stripNamed(head, i);
      i = head.find(HeaderNames.CONNECTION, i + 1);
    }
    for (int id : ALWAYS) {
      head.remove(id);
    }
  }

  private static void stripNamed(Head head, int connection) {
    byte[] bytes = head.array();
    int end = head.valueOffset(connection) + head.valueLength(connection);
    int at = head.valueOffset(connection);
    while (at < end) {
      int from = at;
      while (at < end && bytes[at] != ',') {
        at++;
      }
      stripOption(head, bytes, from, at++);
    }
  }

  private static void stripOption(Head head, byte[] bytes, int from, int to) {
    int start = from;
    int stop = to;
    while (start < stop && isBlank(bytes[start])) {
      start++;
    }
    while (stop > start && isBlank(bytes[stop - 1])) {
      stop--;
    }
    for (int i = 0; i < head.count(); i++) {
      if (head.isLive(i) && isNamed(head, i, bytes, start, stop) && !isProtected(head, i)) {
        head.removeAt(i);
      }
    }
  }

  private static boolean isNamed(Head head, int i, byte[] bytes, int from, int to) {
    int length = to - from;
    if (length != head.nameLength(i)) {
      return false;
    }
    int name = head.lineOffset(i);
    for (int k = 0; k < length; k++) {
      if (Ascii.lower(bytes[from + k]) != Ascii.lower(bytes[name + k])) {
        return false;
      }
    }
    return true;
  }

  /** What others trust cannot be taken away by naming it ({@code spec/threats.md} 27). */
  private static boolean isProtected(Head head, int i) {
    return switch (head.id(i)) {
      case HeaderNames.HOST,
          HeaderNames.CONTENT_LENGTH,
          HeaderNames.VIA,
          HeaderNames.FORWARDED,
          HeaderNames.AUTHORIZATION,
          HeaderNames.COOKIE,
          HeaderNames.SET_COOKIE,
          HeaderNames.X_FORWARDED_FOR,
          HeaderNames.X_FORWARDED_PROTO,
          HeaderNames.X_FORWARDED_HOST,
          HeaderNames.X_FORWARDED_PORT,
          HeaderNames.X_FORWARDED_CLIENT_CERT,
          HeaderNames.X_REAL_IP ->
          true;
      default -> isOurs(head, i);
    };
  }

  private static boolean isOurs(Head head, int i) {
    return head.nameLength(i) > 4
        && Ascii.equals(head.array(), head.lineOffset(i), 4, "l5d-");
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }
}
