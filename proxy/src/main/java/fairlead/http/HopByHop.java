package fairlead.http;

/**
 * Removal of what is meant for one connection only (RFC 9110 §7.6.1, {@code spec/http.md} §3.1),
 * with {@code Keep-Alive} and {@code Proxy-Connection} even when {@code Connection} does not name
 * them. The facts of the head stay. Event loop only.
 */
public final class HopByHop {
  private static final int[] ALWAYS = {
    HeaderNames.CONNECTION,
    HeaderNames.PROXY_AUTHENTICATE,
    HeaderNames.PROXY_AUTHORIZATION,
    HeaderNames.TRAILER,
    HeaderNames.TRANSFER_ENCODING,
    HeaderNames.UPGRADE,
    HeaderNames.KEEP_ALIVE,
    HeaderNames.PROXY_CONNECTION,
  };

  private HopByHop() {}

  /** Removes them all, and what {@code Connection} lists unless it is {@link #isProtected}. */
  public static void strip(Head head) {
    for (int i = head.find(HeaderNames.CONNECTION);
        i >= 0;
        i = head.find(HeaderNames.CONNECTION, i + 1)) {
      if (!head.valueIs(i, "close") && !head.valueIs(i, "keep-alive")) {
        removeListed(head, head.value(i));
      }
    }
    for (int name : ALWAYS) {
      head.remove(name);
    }
    if (!head.isHttp2()) {
      head.remove(HeaderNames.TE); // HTTP/2 has "trailers" only, and it is for every hop
    }
  }

  /**
   * Whether a caller cannot have the header removed by naming it in {@code Connection}: what frames
   * the message, says whom it is for, or is trusted further on. {@code spec/threats.md} 27.
   */
  public static boolean isProtected(String name) {
    return switch (HeaderNames.idOf(name)) {
      case HeaderNames.OTHER -> startsWith(name, "l5d-") || startsWith(name, "x-forwarded-");
      case HeaderNames.KEEP_ALIVE,
          HeaderNames.PROXY_CONNECTION,
          HeaderNames.PROXY_AUTHENTICATE,
          HeaderNames.PROXY_AUTHORIZATION,
          HeaderNames.TE,
          HeaderNames.TRAILER,
          HeaderNames.UPGRADE,
          HeaderNames.CONNECTION,
          HeaderNames.TRANSFER_ENCODING ->
          false;
      default -> true;
    };
  }

  private static void removeListed(Head head, String options) {
    int at = 0;
    while (at < options.length()) {
      int comma = options.indexOf(',', at);
      int end = comma < 0 ? options.length() : comma;
      String name = options.substring(at, end).strip();
      if (!name.isEmpty() && !isProtected(name)) {
        head.remove(name);
      }
      at = end + 1;
    }
  }

  private static boolean startsWith(String name, String prefix) {
    return name.regionMatches(true, 0, prefix, 0, prefix.length());
  }
}
