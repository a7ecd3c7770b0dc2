package fairlead.http;

import java.nio.charset.StandardCharsets;

/**
 * The head of one request or response: start line, fields, and what the parse found out about them.
 * Owned by one event loop, reusable after {@link #reset}. The facts ({@link #contentLength}, {@link
 * #isChunked}, {@link #wantsClose} …) describe the message as received and are not changed by
 * adding or removing fields: framing is decided from them, never copied.
 */
public final class Head extends Fields {
  /** What a codec found in the fields: bits for {@link #mark}. */
  public static final int CHUNKED = 1;

  /** {@code Connection: close}. */
  public static final int CLOSE = 2;

  /** {@code Connection: keep-alive}. */
  public static final int KEEP_ALIVE = 4;

  /** {@code Upgrade} is there and {@code Connection} lists it, in HTTP/1.1. */
  public static final int UPGRADE = 8;

  /** {@code Expect: 100-continue} in HTTP/1.1. */
  public static final int EXPECT_CONTINUE = 16;

  /** {@code Connection} lists {@code upgrade}. */
  public static final int LISTS_UPGRADE = 32;

  /** It came by HTTP/2. */
  public static final int HTTP2 = 64;

  /** {@code :scheme} was {@code https}. */
  public static final int HTTPS = 128;

  /** One of its pseudo-header fields must never be indexed. */
  public static final int SECRET = 256;

  private static final String[] METHODS = {
    "GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE"
  };

  private int method;
  private int methodLength;
  private int target;
  private int targetLength;

  /** 0 in a request. */
  private int status;

  private int reason;
  private int reasonLength;
  private int minorVersion;
  private long contentLength;
  private int facts;

  /** An empty head for a codec to fill. */
  public Head() {
    super(1024, 24);
    reset();
  }

  /** A request of our own, HTTP/1.1. Throws when method or target cannot be written. */
  public static Head request(String method, String target) {
    var head = new Head();
    head.setMethod(method);
    head.minorVersion = 1;
    head.setTarget(target);
    return head;
  }

  /** A response of our own, HTTP/1.1. Throws when the status is not 100–999 or the reason bad. */
  public static Head response(int status, String reason) {
    if (status < 100 || status > 999) {
      throw new IllegalArgumentException("status: " + status + " (expected: 100 to 999)");
    }
    FieldRules.checkValue("reason", reason);
    var head = new Head();
    byte[] bytes = reason.getBytes(StandardCharsets.ISO_8859_1);
    head.receivedStatusLine(status, head.appendRaw(bytes), bytes.length, 1);
    return head;
  }

  @Override
  public void reset() {
    super.reset();
    method = 0;
    methodLength = 0;
    target = 0;
    targetLength = 0;
    status = 0;
    reason = 0;
    reasonLength = 0;
    minorVersion = 1;
    contentLength = -1;
    facts = 0;
  }

  public boolean isRequest() {
    return status == 0;
  }

  /** 100 to 999, or 0 in a request. */
  public int status() {
    return status;
  }

  /** The reason phrase, mostly for show; empty in a request. */
  public String reason() {
    return text(reason, reasonLength);
  }

  /** Case-sensitive (RFC 9110 §9.1). */
  public boolean methodIs(String expected) {
    if (methodLength != expected.length()) {
      return false;
    }
    for (int i = 0; i < methodLength; i++) {
      if (array()[method + i] != expected.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The method; empty in a response. */
  public String method() {
    for (String known : METHODS) {
      if (methodIs(known)) {
        return known;
      }
    }
    return text(method, methodLength);
  }

  /** The request target as received or {@link #setTarget set}; empty in a response. */
  public String target() {
    return text(target, targetLength);
  }

  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  public int minorVersion() {
    return minorVersion;
  }

  /** Replaces the method. Throws when it is no token. */
  public void setMethod(String value) {
    FieldRules.checkName(value);
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    method = appendRaw(bytes);
    methodLength = bytes.length;
  }

  /** Replaces the target. Throws when it is empty or holds anything but visible ASCII. */
  public void setTarget(String value) {
    FieldRules.checkTarget(value);
    byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
    target = appendRaw(bytes);
    targetLength = bytes.length;
  }

  /** Chunks, for one, are known to HTTP/1.1 only. 0 or 1. */
  public void setMinorVersion(int minor) {
    if (minor != 0 && minor != 1) {
      throw new IllegalArgumentException("minor version: " + minor + " (expected: 0 or 1)");
    }
    minorVersion = minor;
  }

  /** Bytes of body that {@code Content-Length} announced, or -1. */
  public long contentLength() {
    return contentLength;
  }

  /** Whether {@code Transfer-Encoding: chunked} frames the body. */
  public boolean isChunked() {
    return has(CHUNKED);
  }

  /** Whether it came by HTTP/2; {@link #isChunked} then says that nobody told a length. */
  public boolean isHttp2() {
    return has(HTTP2);
  }

  /** Whether an HTTP/2 caller says that its caller used TLS. */
  public boolean isHttps() {
    return has(HTTPS);
  }

  /**
   * Whether a pseudo-header field came as one that must never be indexed; whoever writes them with
   * HPACK says so again (RFC 7541 §6.2.3).
   */
  public boolean isSecret() {
    return has(SECRET);
  }

  /** Whether {@code Connection: close} was sent. */
  public boolean wantsClose() {
    return has(CLOSE);
  }

  /** Whether the sender would use the connection again (RFC 9112 §9.3). */
  public boolean keepsAlive() {
    return !has(CLOSE) && (minorVersion == 1 || has(KEEP_ALIVE));
  }

  /** Whether the sender asks for, or in a response agrees to, another protocol. */
  public boolean wantsUpgrade() {
    return has(UPGRADE);
  }

  /** Whether {@code Connection} lists {@code upgrade}, with or without an {@code Upgrade} field. */
  public boolean listsUpgrade() {
    return has(LISTS_UPGRADE);
  }

  /** Whether the caller waits for {@code 100 Continue} before it sends the body. */
  public boolean expectsContinue() {
    return has(EXPECT_CONTINUE);
  }

  /** Where in {@link #array} the first Host begins, or -1 when there is none. */
  public int hostOffset() {
    int i = find(HeaderNames.HOST);
    return i < 0 ? -1 : valueOffset(i);
  }

  /** Length of the first Host in bytes; 0 when there is none. */
  public int hostLength() {
    int i = find(HeaderNames.HOST);
    return i < 0 ? 0 : valueLength(i);
  }

  public int methodOffset() {
    return method;
  }

  public int methodLength() {
    return methodLength;
  }

  public int targetOffset() {
    return target;
  }

  public int targetLength() {
    return targetLength;
  }

  public int reasonOffset() {
    return reason;
  }

  public int reasonLength() {
    return reasonLength;
  }

  /** For codecs: where method and target lie. */
  public void receivedRequestLine(
      int methodOffset, int methodBytes, int targetOffset, int targetBytes, int minor) {
    method = methodOffset;
    methodLength = methodBytes;
    target = targetOffset;
    targetLength = targetBytes;
    minorVersion = minor;
  }

  /** For codecs: the status and where the reason lies. */
  public void receivedStatusLine(int code, int reasonOffset, int reasonBytes, int minor) {
    status = code;
    reason = reasonOffset;
    reasonLength = reasonBytes;
    minorVersion = minor;
  }

  /** For codecs: notes these facts. */
  public void mark(int bits) {
    facts |= bits;
  }

  /** For codecs: notes the announced length. */
  public void receivedContentLength(long length) {
    contentLength = length;
  }

  /** From here on the message says that it has no body. */
  public void dropBody() {
    facts &= ~CHUNKED;
    contentLength = 0;
  }

  /** From here on the message does not say how long its body is. */
  public void forgetLength() {
    contentLength = -1;
  }

  /** From here on the message has another body, of so many bytes. */
  public void replaceBody(int bytes) {
    facts &= ~CHUNKED;
    contentLength = bytes;
    remove(HeaderNames.CONTENT_ENCODING);
  }

  private boolean has(int fact) {
    return (facts & fact) != 0;
  }
}
