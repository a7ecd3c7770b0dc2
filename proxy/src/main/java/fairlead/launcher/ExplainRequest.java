package fairlead.launcher;

import fairlead.http.Head;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request to be explained. Immutable.
 *
 * @param headers lines of the form {@code Name: value}
 * @param router the label to explain on; null for the one that listens on the URL's port, else the
 *     first
 */
record ExplainRequest(String method, String url, List<String> headers, @Nullable String router) {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern PORT = Pattern.compile(".*:([0-9]{1,5})");
  private static final int NO_PORT = -1;

  ExplainRequest {
    headers = List.copyOf(headers);
  }

  /** This is no request, or there is no such router; the message is for the operator. */
  static final class Unusable extends IllegalArgumentException {
    Unusable(String message) {
      super(message);
    }

    /** Never null. */
    String text() {
      return String.valueOf(getMessage());
    }
  }

  /** As told: method and URL. */
  String line() {
    return method + " " + url;
  }

  /**
   * The port in the URL, or -1.
   *
   * @throws Unusable when the URL is none with a host
   */
  int port() {
    var port = PORT.matcher(authority(uri()));
    return port.matches() ? Integer.parseInt(port.group(1)) : NO_PORT;
  }

  /** Whether the caller says by a header whom it asks for. */
  boolean namesHost() {
    return headers.stream().anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("host:"));
  }

  /**
   * The head that a caller would send.
   *
   * @throws Unusable when the URL is none with a host, or the method or a header is none
   */
  Head head() {
    if (!TOKEN.matcher(method).matches()) {
      throw new Unusable("method: '" + method + "' is none; write one such as GET");
    }
    URI uri = uri();
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    Head head =
        Head.request(method, uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    headers.forEach(line -> add(head, line));
    if (!namesHost()) {
      head.add("Host", authority(uri));
    }
    return head;
  }

  private static void add(Head head, String line) {
    int colon = line.indexOf(':');
    String name = line.substring(0, Math.max(0, colon));
    String value = line.substring(colon + 1).strip();
    if (!TOKEN.matcher(name).matches() || value.chars().anyMatch(Character::isISOControl)) {
      throw new Unusable("header: '" + line + "' is none; write one such as 'Host: web'");
    }
    head.add(name, value);
  }

  /** Without the name of a user, which no caller sends. */
  private static String authority(URI uri) {
    String authority = uri.getRawAuthority();
    return authority.substring(authority.lastIndexOf('@') + 1);
  }

  private URI uri() {
    try {
      URI uri = new URI(url.contains("://") ? url : "http://" + url);
      if (uri.getRawAuthority() != null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // told below
    }
    throw new Unusable("'" + url + "' is no URL with a host; write one such as http://web/users");
  }
}
