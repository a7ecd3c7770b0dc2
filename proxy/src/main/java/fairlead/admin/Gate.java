package fairlead.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.NetUtil;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may see and change what ({@code spec/threats.md} 58). A page on the web can make a browser
 * near us send requests, or point its own name at our address; so names that are not ours are
 * refused, as are changes that come from another site or, without the token, from another host.
 */
final class Gate {
  private final AdminConfig config;
  private final AdminPages pages;
  private final Set<String> ownNames;

  /**
   * @param ownNames this host's names in lower case
   */
  Gate(AdminConfig config, AdminPages pages, Set<String> ownNames) {
    this.config = config;
    this.pages = pages;
    this.ownNames = ownNames;
  }

  /** Why not, or null when the request may pass. */
  @Nullable AdminResponse refusal(AdminRequest request) {
    var security = config.security();
    if (security != null && !security.serves(request.path())) {
      return AdminResponse.empty(HttpResponseStatus.NOT_FOUND);
    }
    boolean change = pages.isControl(request.path()) && !request.isRead();
    if ((change || config.ip().isLoopbackAddress()) && !isOurs(request.header("host"))) {
      return refused("the Host header is a name that is not ours; use the IP address");
    }
    return change ? changeRefusal(request) : null;
  }

  private @Nullable AdminResponse changeRefusal(AdminRequest request) {
    if (config.readOnly()) {
      return refused(
          "admin.readOnly is true: no page changes anything; change the configuration file instead,"
              + " or end the process by SIGTERM");
    }
    String origin = request.header("origin");
    if (!origin.isEmpty() && !isSameOrigin(origin, request.header("host"))) {
      return refused("changes are not taken from pages of other sites");
    }
    if (request.peer().getAddress().isLoopbackAddress() || hasToken(request)) {
      return null;
    }
    return refused(
        "changes are taken from this host only, or with the admin token as 'Authorization:"
            + " Bearer'");
  }

  private static AdminResponse refused(String reason) {
    return AdminResponse.of(HttpResponseStatus.FORBIDDEN, AdminResponse.TEXT, reason + "\n");
  }

  /** An empty host is HTTP/1.0, which no browser speaks. */
  private boolean isOurs(String hostHeader) {
    String host = withoutPort(hostHeader.toLowerCase(Locale.ROOT));
    return host.isEmpty()
        || host.equals("localhost")
        || NetUtil.isValidIpV4Address(host)
        || NetUtil.isValidIpV6Address(host)
        || ownNames.contains(host);
  }

  private static String withoutPort(String host) {
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      return end < 0 ? host : host.substring(1, end);
    }
    int colon = host.indexOf(':');
    return colon < 0 ? host : host.substring(0, colon);
  }

  private static boolean isSameOrigin(String origin, String host) {
    try {
      return host.equalsIgnoreCase(new URI(origin).getRawAuthority());
    } catch (URISyntaxException _) {
      return false;
    }
  }

  private boolean hasToken(AdminRequest request) {
    var token = config.token();
    // Equal time however much of it is right, so that it cannot be guessed by bits.
    return token != null
        && MessageDigest.isEqual(
            ("Bearer " + token.value()).getBytes(StandardCharsets.UTF_8),
            request.header("authorization").getBytes(StandardCharsets.UTF_8));
  }
}
