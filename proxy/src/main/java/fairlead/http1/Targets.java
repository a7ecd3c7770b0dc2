package fairlead.http1;

import fairlead.http.Authority;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/** Request targets and the host they are meant for (RFC 9112 §3.2, RFC 3986 §3.2). */
public final class Targets {
  private static final Rejection FORM =
      Rejection.bad("the request target has none of the four forms of RFC 9112");
  private static final Rejection AUTHORITY =
      Rejection.bad("the authority of the request target is not a host and port");
  private static final Rejection NO_HOST = Rejection.bad("an HTTP/1.1 request without Host");
  private static final Rejection HOST_TWICE = Rejection.bad("more than one Host");
  private static final Rejection HOST_FORM = Rejection.bad("Host is not a host and port");

  private Targets() {}

  /** Null when target and Host are in order. */
  static @Nullable Rejection check(Head head) {
    Rejection target = checkTarget(head);
    return target != null ? target : checkHost(head);
  }

  /**
   * Turns an absolute target into origin form and its authority into Host (RFC 9112 §3.2.2). The
   * scheme in lower case, or null when the target was not absolute. Event loop only.
   */
  public static @Nullable String toOriginForm(Head head) {
    byte[] bytes = head.array();
    int start = head.targetOffset();
    int end = start + head.targetLength();
    if (head.targetLength() == 0 || bytes[start] == '/' || bytes[start] == '*') {
      return null;
    }
    int authority = authorityOf(bytes, start, end);
    if (authority < 0 || head.methodIs("CONNECT")) {
      return null;
    }
    String scheme = bytes[start + 4] == ':' ? "http" : "https";
    String target = head.target();
    int path = authorityEnd(bytes, authority, end) - start;
    String rest = target.substring(path);
    String host = target.substring(authority - start, path);
    if (rest.isEmpty() && head.methodIs("OPTIONS")) {
      head.setTarget("*");
    } else {
      head.setTarget(rest.startsWith("/") ? rest : "/" + rest);
    }
    head.set(HeaderNames.HOST, host);
    return scheme;
  }

  private static @Nullable Rejection checkTarget(Head head) {
    byte[] bytes = head.array();
    int start = head.targetOffset();
    int end = start + head.targetLength();
    if (head.methodIs("CONNECT")) {
      return Authority.is(bytes, start, end, true) ? null : AUTHORITY;
    }
    if (bytes[start] == '/') {
      return null;
    }
    if (bytes[start] == '*') {
      return end == start + 1 && head.methodIs("OPTIONS") ? null : FORM;
    }
    int authority = authorityOf(bytes, start, end);
    if (authority < 0) {
      return FORM;
    }
    int authorityEnd = authorityEnd(bytes, authority, end);
    return authorityEnd > authority && Authority.is(bytes, authority, authorityEnd, false)
        ? null
        : AUTHORITY;
  }

  private static @Nullable Rejection checkHost(Head head) {
    int host = head.find(HeaderNames.HOST);
    if (host < 0) {
      return head.minorVersion() == 1 ? NO_HOST : null;
    }
    if (head.find(HeaderNames.HOST, host + 1) >= 0) {
      return HOST_TWICE;
    }
    int start = head.valueOffset(host);
    int end = start + head.valueLength(host);
    return start == end || Authority.is(head.array(), start, end, false) ? null : HOST_FORM;
  }

  /** Where the authority behind {@code http://} or {@code https://} begins, or -1. */
  private static int authorityOf(byte[] bytes, int start, int end) {
    int at = start;
    for (char expected : new char[] {'h', 't', 't', 'p'}) {
      if (at == end || (bytes[at] | 0x20) != expected) {
        return -1;
      }
      at++;
    }
    if (at < end && (bytes[at] | 0x20) == 's') {
      at++;
    }
    boolean slashes =
        end - at >= 3 && bytes[at] == ':' && bytes[at + 1] == '/' && bytes[at + 2] == '/';
    return slashes ? at + 3 : -1;
  }

  private static int authorityEnd(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && bytes[at] != '/' && bytes[at] != '?') {
      at++;
    }
    return at;
  }
}
