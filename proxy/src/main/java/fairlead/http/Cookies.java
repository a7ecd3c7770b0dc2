package fairlead.http;

/** The {@code Cookie} field, which HTTP/2 may split (RFC 9113 §8.2.3). */
public final class Cookies {
  private Cookies() {}

  /** Makes one field of several, as HTTP/1.1 has it. */
  public static void join(Head head) {
    int first = head.find(HeaderNames.COOKIE);
    if (first < 0 || head.find(HeaderNames.COOKIE, first + 1) < 0) {
      return;
    }
    head.set(HeaderNames.COOKIE, String.join("; ", head.all(HeaderNames.COOKIE)));
  }
}
