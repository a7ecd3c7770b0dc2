package fairlead.http2;

import fairlead.http.Head;
import fairlead.http.HeaderNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The opening of a WebSocket in the words of HTTP/1.1 (RFC 6455 §4), which are ours within, and in
 * those of HTTP/2 (RFC 8441 §5).
 */
final class WebSocketHead {
  static final String PROTOCOL = "websocket";

  private static final String KEY = "sec-websocket-key";
  private static final String ACCEPT = "sec-websocket-accept";

  /** Of RFC 6455 §1.3. */
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private static final int KEY_BYTES = 16;

  private WebSocketHead() {}

  /** Turns an extended CONNECT into a GET that asks for the protocol. */
  static void fromHttp2(Head head, int protocol, int length) {
    head.setMethod("GET");
    head.addOwn(HeaderNames.UPGRADE, protocol, length);
    head.add(HeaderNames.CONNECTION, "upgrade");
    head.mark(Head.UPGRADE | Head.LISTS_UPGRADE);
    byte[] key = new byte[KEY_BYTES];
    ThreadLocalRandom.current().nextBytes(key);
    head.set(KEY, Base64.getEncoder().encodeToString(key));
  }

  /** Leaves out of a request what an extended CONNECT does not say; the key, or "" for none. */
  static String takeKey(Head request) {
    String key = request.first(KEY);
    request.remove(KEY);
    return key == null ? "" : key;
  }

  /** Leaves out of an answer what a tunnel of HTTP/2 does not say. */
  static void toHttp2(Head answer) {
    answer.remove(ACCEPT);
  }

  /** The 101 that stands for a backend's 2xx. */
  static Head switching(Head answer, String key) {
    var head = Head.response(101, "Switching Protocols");
    for (int i = 0; i < answer.count(); i++) {
      if (answer.isLive(i) && answer.id(i) != HeaderNames.CONTENT_LENGTH) {
        head.add(answer.name(i), answer.value(i));
      }
    }
    head.set(ACCEPT, accept(key));
    return head;
  }

  private static String accept(String key) {
    try {
      var sha1 =
          MessageDigest.getInstance("SHA-1"); // as RFC 6455 §4.2.2 has it: no secret is in it
      byte[] digest = sha1.digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1: absent (expected: in every JDK)", e);
    }
  }
}
