package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.Ascii;
import fairlead.http.Head;
import fairlead.http.HeaderNames;

/**
 * {@code clearContext}: nothing that begins with {@code l5d-} comes in or goes out ({@code
 * spec/http.md} §16).
 */
final class ClearContext implements Filter {
  private static final String PREFIX = "l5d-";

  @Override
  public Verdict request(Exchange exchange) {
    strip(exchange.request());
    return Verdict.PASS;
  }

  @Override
  public void interim(Head head) {
    strip(head);
  }

  /** An error's text tells what callers must not know; it and its length go together. */
  @Override
  public void response(Exchange exchange) {
    var head = exchange.response();
    if (head != null) {
      if (head.contains(HeaderNames.L5D_ERR)) {
        exchange.emptyAnswer();
        if (exchange.request().isHttp2()) {
          head.remove(HeaderNames.CONTENT_TYPE); // spec/http.md §17.12
        }
      }
      strip(head);
      exchange.classInTrailers(false);
    }
  }

  private static void strip(Head head) {
    for (int i = 0; i < head.count(); i++) {
      if (head.isLive(i)
          && head.nameLength(i) >= PREFIX.length()
          && Ascii.equals(head.array(), head.lineOffset(i), PREFIX.length(), PREFIX)) {
        head.removeAt(i);
      }
    }
  }
}
