package fairlead.launcher;

import fairlead.http.Head;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to be explained. Immutable.
 *
 * @param headers lines of the form {@code Name: value}
 * @param router the label to explain on; null for the one that listens on the URL's port, else the
 *     first
 */
record ExplainRequest(String method, String url, List<String> headers, @Nullable String router) {
  ExplainRequest {
    headers = List.copyOf(headers);
  }

  /** The port in the URL, or -1. */
  int port() throws URISyntaxException {
    return uri().getPort();
  }

  /**
   * The head that a caller would send.
   *
   * @throws URISyntaxException when the URL is none with a host
   * @throws IllegalArgumentException when a header is none
   */
  Head head() throws URISyntaxException {
    URI uri = uri();
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    Head head =
        Head.request(method, uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    boolean host = false;
    for (String line : headers) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new IllegalArgumentException("header: '" + line + "' (expected: Name: value)");
      }
      String name = line.substring(0, colon);
      host |= name.equalsIgnoreCase("Host");
      head.add(name, line.substring(colon + 1).strip());
    }
    if (!host) {
      head.add("Host", uri.getRawAuthority());
    }
    return head;
  }

  private URI uri() throws URISyntaxException {
    URI uri = new URI(url.contains("://") ? url : "http://" + url);
    if (uri.getRawAuthority() == null) {
      throw new URISyntaxException(url, "no host in it; write one such as http://web/users");
    }
    return uri;
  }
}
