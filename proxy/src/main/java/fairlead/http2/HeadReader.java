package fairlead.http2;

import fairlead.http.Ascii;
import fairlead.http.Authority;
import fairlead.http.FieldRules;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/**
 * Makes a head, or trailers, of decoded fields, and finds what RFC 9113 §8 calls malformed ({@code
 * spec/threats.md} 28–30). The head is the same as that of HTTP/1: {@code :authority} is its Host,
 * {@code :path} its target. Event loop only; one a connection, for one block after another.
 */
final class HeadReader implements FieldSink {
  private enum Kind {
    REQUEST,
    RESPONSE,
    TRAILERS
  }

  private static final int ABSENT = -1;

  private Kind kind = Kind.REQUEST;
  private Fields into = new Fields();
  private @Nullable String fault;
  private boolean regular;
  private int methodAt;
  private int methodLength;
  private int pathAt;
  private int pathLength;
  private int schemeAt;
  private int schemeLength;
  private int authorityAt;
  private int authorityLength;
  private int protocolAt;
  private int protocolLength;
  private int status;
  private long contentLength;

  /** A request's head is decoded next. */
  void beginRequest(Head head) {
    begin(Kind.REQUEST, head);
  }

  /** A response's. */
  void beginResponse(Head head) {
    begin(Kind.RESPONSE, head);
  }

  /** A trailer section. */
  void beginTrailers(Fields trailers) {
    begin(Kind.TRAILERS, trailers);
  }

  private void begin(Kind next, Fields fields) {
    kind = next;
    into = fields;
    fault = null;
    regular = false;
    methodAt = ABSENT;
    pathAt = ABSENT;
    schemeAt = ABSENT;
    authorityAt = ABSENT;
    protocolAt = ABSENT;
    status = ABSENT;
    contentLength = ABSENT;
  }

  @Override
  public boolean field(int id, int name, int nameLength, int value, int valueLength, int lineEnd) {
    byte[] bytes = into.array();
    if (!isValue(bytes, value, valueLength)) {
      return refuse("a field value with illegal bytes or white space around it");
    }
    if (nameLength > 0 && bytes[name] == ':') {
      return pseudo(id, value, valueLength);
    }
    regular = true;
    if (!isName(bytes, name, nameLength)) {
      return refuse("a field name that is not a token in lower case");
    }
    switch (id) {
      case HeaderNames.CONNECTION,
          HeaderNames.KEEP_ALIVE,
          HeaderNames.PROXY_CONNECTION,
          HeaderNames.TRANSFER_ENCODING,
          HeaderNames.UPGRADE -> {
        return refuse("a field of a connection of HTTP/1");
      }
      case HeaderNames.TE -> {
        if (!Ascii.equals(bytes, value, valueLength, "trailers")) {
          return refuse("TE is not 'trailers'");
        }
      }
      case HeaderNames.CONTENT_LENGTH -> {
        if (kind != Kind.TRAILERS && !length(bytes, value, valueLength)) {
          return false;
        }
      }
      default -> {}
    }
    if (kind == Kind.TRAILERS && isForbiddenTrailer(id)) {
      return false;
    }
    into.received(id, name, nameLength, value, valueLength, lineEnd);
    return true;
  }

  @Override
  public void neverIndexed() {
    ((Head) into).mark(Head.SECRET);
  }

  /** What is wrong with the request that {@code head} holds now, or null. */
  @Nullable String endRequest(Head head, boolean end) {
    if (fault == null) {
      request(head, end);
    }
    return fault;
  }

  /** What is wrong with the response, or null. A length says nothing where no body may follow. */
  @Nullable String endResponse(Head head, boolean end) {
    if (fault == null && status == ABSENT) {
      refuse(":status is missing");
    } else if (fault == null && status == 101) {
      refuse("101, which HTTP/2 has not");
    }
    head.receivedStatusLine(Math.max(status, 0), 0, 0, 1);
    head.mark(Head.HTTP2);
    length(head, end);
    return fault;
  }

  /** What is wrong with the trailers, or null. */
  @Nullable String endTrailers() {
    return fault;
  }

  private void request(Head head, boolean end) {
    byte[] bytes = head.array();
    boolean connect = isMethod(bytes, "CONNECT");
    boolean extended = protocolAt != ABSENT;
    if (methodAt == ABSENT) {
      refuse(":method is missing");
    } else if (extended && !connect) {
      refuse(":protocol without CONNECT");
    } else if (connect && !extended) {
      connect(head);
    } else if (schemeAt == ABSENT || pathAt == ABSENT) {
      refuse(":scheme or :path is missing");
    } else if (!isHttp(bytes)) {
      refuse(":scheme is neither http nor https");
    } else if (!isPath(bytes)) {
      refuse(":path is not in origin form");
    } else {
      head.receivedRequestLine(methodAt, methodLength, pathAt, pathLength, 1);
      if (extended) {
        WebSocketHead.fromHttp2(head, protocolAt, protocolLength);
      }
    }
    if (fault == null && !host(head)) {
      refuse(":authority or Host is not a host and port, or they differ");
    }
    if (fault == null && end && contentLength > 0) {
      refuse("a content-length and no content");
    }
    head.mark(Head.HTTP2);
    length(head, end);
  }

  private boolean isMethod(byte[] bytes, String method) {
    if (methodAt == ABSENT || methodLength != method.length()) {
      return false;
    }
    for (int i = 0; i < methodLength; i++) {
      if (bytes[methodAt + i] != method.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void connect(Head head) {
    if (schemeAt != ABSENT || pathAt != ABSENT || authorityAt == ABSENT) {
      refuse("CONNECT is not :method and :authority alone");
    } else if (!Authority.is(head.array(), authorityAt, authorityAt + authorityLength, true)) {
      refuse(":authority of CONNECT is not a host and port");
    } else {
      head.receivedRequestLine(methodAt, methodLength, authorityAt, authorityLength, 1);
    }
  }

  private void length(Head head, boolean end) {
    head.receivedContentLength(contentLength);
    boolean tunnel = head.wantsUpgrade() || head.methodIs("CONNECT");
    if (contentLength < 0 && !end && !tunnel) {
      head.mark(Head.CHUNKED);
    }
  }

  private boolean isHttp(byte[] bytes) {
    if (Ascii.equals(bytes, schemeAt, schemeLength, "https")) {
      ((Head) into).mark(Head.HTTPS);
      return true;
    }
    return Ascii.equals(bytes, schemeAt, schemeLength, "http");
  }

  private boolean isPath(byte[] bytes) {
    if (pathLength == 0) {
      return false;
    }
    for (int i = pathAt; i < pathAt + pathLength; i++) {
      if (!FieldRules.isTarget(bytes[i])) {
        return false;
      }
    }
    boolean asterisk = pathLength == 1 && bytes[pathAt] == '*' && isMethod(bytes, "OPTIONS");
    return asterisk || bytes[pathAt] == '/';
  }

  /** {@code :authority} becomes the Host that rules, filters and HTTP/1 backends look for. */
  private boolean host(Head head) {
    int host = head.find(HeaderNames.HOST);
    if (host >= 0 && !isOnlyHost(head, host)) {
      return false;
    }
    if (authorityAt == ABSENT) {
      return true;
    }
    if (!isAuthority(head, authorityAt, authorityLength)) {
      return false;
    }
    head.remove(HeaderNames.HOST);
    head.addOwn(HeaderNames.HOST, authorityAt, authorityLength);
    return true;
  }

  private boolean isOnlyHost(Head head, int host) {
    return head.find(HeaderNames.HOST, host + 1) < 0
        && isAuthority(head, head.valueOffset(host), head.valueLength(host))
        && (authorityAt == ABSENT || isSame(head, host));
  }

  private static boolean isAuthority(Head head, int at, int length) {
    return Authority.is(head.array(), at, at + length, false);
  }

  private boolean isSame(Head head, int host) {
    byte[] bytes = head.array();
    int at = head.valueOffset(host);
    int length = withoutUsualPort(bytes, authorityAt, authorityLength);
    if (withoutUsualPort(bytes, at, head.valueLength(host)) != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (Ascii.lower(bytes[at + i]) != Ascii.lower(bytes[authorityAt + i])) {
        return false;
      }
    }
    return true;
  }

  /** How long an authority is but for the port that its scheme has anyway (RFC 3986 §6.2.3). */
  private int withoutUsualPort(byte[] bytes, int at, int length) {
    if (schemeAt == ABSENT || length == 0) {
      return length;
    }
    String port = ((Head) into).isHttps() ? ":443" : ":80";
    if (bytes[at + length - 1] == ':') {
      return length - 1;
    }
    int rest = length - port.length();
    return rest > 0 && Ascii.equals(bytes, at + rest, port.length(), port) ? rest : length;
  }

  private boolean pseudo(int id, int value, int length) {
    if (regular) {
      return refuse("a pseudo-header field behind a field");
    }
    if (kind == Kind.TRAILERS) {
      return refuse("a pseudo-header field in trailers");
    }
    boolean ofResponse = id == PseudoHeaders.STATUS;
    if (ofResponse != (kind == Kind.RESPONSE)) {
      return refuse("a pseudo-header field that is unknown or of the other side");
    }
    return switch (id) {
      case PseudoHeaders.METHOD -> method(value, length);
      case PseudoHeaders.PATH -> {
        boolean first = pathAt == ABSENT;
        pathAt = value;
        pathLength = length;
        yield once(first);
      }
      case PseudoHeaders.SCHEME -> {
        boolean first = schemeAt == ABSENT;
        schemeAt = value;
        schemeLength = length;
        yield once(first);
      }
      case PseudoHeaders.AUTHORITY -> {
        boolean first = authorityAt == ABSENT;
        authorityAt = value;
        authorityLength = length;
        yield once(first);
      }
      case PseudoHeaders.PROTOCOL -> {
        boolean first = protocolAt == ABSENT;
        protocolAt = value;
        protocolLength = length;
        yield once(first);
      }
      case PseudoHeaders.STATUS -> status(value, length);
      default -> refuse("a pseudo-header field that is unknown");
    };
  }

  private boolean method(int value, int length) {
    boolean first = methodAt == ABSENT;
    methodAt = value;
    methodLength = length;
    for (int i = value; i < value + length; i++) {
      if (!FieldRules.isToken(into.array()[i])) {
        return refuse(":method is not a token");
      }
    }
    return length == 0 ? refuse(":method is empty") : once(first);
  }

  private boolean status(int value, int length) {
    boolean first = status == ABSENT;
    status = 0;
    for (int i = value; i < value + length; i++) {
      int digit = into.array()[i] - '0';
      if (digit < 0 || digit > 9 || length != 3) {
        return refuse(":status is not three digits");
      }
      status = status * 10 + digit;
    }
    return status < 100 ? refuse(":status is below 100") : once(first);
  }

  private boolean length(byte[] bytes, int value, int length) {
    if (contentLength != ABSENT) {
      return refuse("more than one content-length");
    }
    // 18 digits cannot overflow; a leading zero is octal to somebody.
    if (length == 0 || length > 18 || (length > 1 && bytes[value] == '0')) {
      return refuse("content-length is not a plain decimal number");
    }
    contentLength = 0;
    for (int i = value; i < value + length; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return refuse("content-length is not a plain decimal number");
      }
      contentLength = contentLength * 10 + bytes[i] - '0';
    }
    return true;
  }

  private boolean once(boolean first) {
    return first || refuse("a pseudo-header field twice");
  }

  private boolean refuse(String why) {
    if (fault == null) {
      fault = why;
    }
    return false;
  }

  /** A token in lower case that does not read like a name that steers us. */
  private static boolean isName(byte[] bytes, int name, int length) {
    boolean underscore = false;
    for (int i = name; i < name + length; i++) {
      byte b = bytes[i];
      if (!FieldRules.isToken(b) || (b >= 'A' && b <= 'Z')) {
        return false;
      }
      underscore |= b == '_';
    }
    return length > 0 && !(underscore && FieldRules.isLookalike(bytes, name, length));
  }

  private static boolean isValue(byte[] bytes, int value, int length) {
    if (length == 0) {
      return true;
    }
    for (int i = value; i < value + length; i++) {
      if (!FieldRules.isValue(bytes[i])) {
        return false;
      }
    }
    return !isBlank(bytes[value]) && !isBlank(bytes[value + length - 1]);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  /** What frames, routes or is trusted has no place behind a body ({@code spec/threats.md} 10). */
  private static boolean isForbiddenTrailer(int id) {
    return id != HeaderNames.OTHER && id != HeaderNames.L5D_SUCCESS_CLASS;
  }
}
