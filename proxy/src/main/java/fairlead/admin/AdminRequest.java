package fairlead.admin;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request to the admin port. Immutable.
 *
 * @param target as it was sent, path and query
 * @param path decoded, without the query
 * @param params of the query and, for form posts, of the body
 */
public record AdminRequest(
    HttpMethod method,
    String target,
    String path,
    Map<String, List<String>> params,
    HttpHeaders headers,
    String body,
    InetSocketAddress peer) {
  private static final Set<String> TRUE = Set.of("true", "t", "1");

  /** The first value of a parameter, or null. */
  public @Nullable String param(String name) {
    var values = params.get(name);
    return values == null || values.isEmpty() ? null : values.getFirst();
  }

  /** Whether a parameter is {@code true}, {@code t} or {@code 1} ({@code spec/admin.md} §4). */
  public boolean flag(String name) {
    String value = param(name);
    return value != null && TRUE.contains(value.toLowerCase(Locale.ROOT));
  }

  /** The first header of this name, or the empty string. */
  public String header(String name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }

  /** Whether nothing is changed by it: GET or HEAD. */
  public boolean isRead() {
    return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
  }

  boolean wantsHtml() {
    return header("accept").contains("text/html") || path.endsWith(".html");
  }

  /** The media type of the body without its parameters, in lower case. */
  String mediaType() {
    String type = header("content-type");
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
