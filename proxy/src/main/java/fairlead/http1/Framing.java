package fairlead.http1;

import fairlead.http.Head;
import fairlead.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/** How the end of a body is found, or told (RFC 9112 §6.3). */
public sealed interface Framing {
  Framing NONE = new None();
  Framing CHUNKED = new Chunked();
  Framing UNTIL_CLOSE = new UntilClose();
  Framing TUNNEL = new Tunnel();

  /** No body, and nothing said about it. */
  record None() implements Framing {}

  /** That many bytes; 0 is said too. */
  record Length(long bytes) implements Framing {}

  /** In chunks. */
  record Chunked() implements Framing {}

  /** All until the connection closes; responses only. */
  record UntilClose() implements Framing {}

  /** No body follows, but the length that it would have is told: an answer to HEAD, or a 304. */
  record Announced(long bytes) implements Framing {}

  /** No message any more: whatever comes, until a side closes (RFC 9110 §7.8, §9.3.6). */
  record Tunnel() implements Framing {}

  /** The body that follows this request as received. */
  static Framing ofRequest(Head request) {
    if (request.isChunked()) {
      return CHUNKED;
    }
    return request.contentLength() >= 0 ? new Length(request.contentLength()) : NONE;
  }

  /**
   * The body that follows this response as received.
   *
   * @param toHead whether it answers a HEAD
   */
  static Framing ofResponse(Head response, boolean toHead) {
    int status = response.status();
    if (status < 200 || status == 204) {
      return NONE;
    }
    if (toHead || status == 304) {
      long length = response.contentLength();
      return length < 0 ? NONE : new Announced(length);
    }
    if (response.isChunked()) {
      return CHUNKED;
    }
    return response.contentLength() >= 0 ? new Length(response.contentLength()) : UNTIL_CLOSE;
  }

  /**
   * How we frame a request to a backend: as it came, with a length of 0 for the methods that mostly
   * have a body ({@code spec/http.md} §7.4), and none for others.
   */
  static Framing toBackend(Head request) {
    Framing received = ofRequest(request);
    boolean expectsBody =
        request.methodIs("POST") || request.methodIs("PUT") || request.methodIs("PATCH");
    return received instanceof None && expectsBody ? new Length(0) : received;
  }

  /**
   * How we frame a response to a caller: as it came, but what ends with the connection becomes
   * chunks, and chunks end with the connection for a caller of HTTP/1.0.
   */
  static Framing toCaller(Framing received, Head request) {
    return switch (received) {
      case Chunked _, UntilClose _ -> request.minorVersion() == 1 ? CHUNKED : UNTIL_CLOSE;
      case None _, Length _, Announced _, Tunnel _ -> received;
    };
  }

  /** Whether an answer is only an interim one: the final one is still to come. */
  static boolean isInterim(Head response) {
    return response.status() < 200 && response.status() != 101;
  }

  /**
   * Whether the backend changes the protocol: 101 alone does, to what was asked for and nothing
   * else ({@code spec/threats.md} 24).
   *
   * @param asked the protocol, or null when none was asked for
   */
  static boolean isSwitch(@Nullable String asked, Head response) {
    if (asked == null || response.status() != 101 || !response.wantsUpgrade()) {
      return false;
    }
    int i = response.find(HeaderNames.UPGRADE);
    return response.valueIs(i, asked) && response.find(HeaderNames.UPGRADE, i + 1) < 0;
  }

  /** Whether an answer to CONNECT opens a tunnel (RFC 9110 §9.3.6). */
  static boolean isConnected(Head response) {
    return response.status() / 100 == 2;
  }

  /**
   * Whether a body is announced where none may be: its bytes may follow, and be taken for another
   * answer.
   */
  static boolean announcesTooMuch(Head response) {
    return response.status() == 204 && (response.contentLength() > 0 || response.isChunked());
  }
}
