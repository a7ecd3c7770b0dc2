package fairlead.tls;

import io.netty.buffer.ByteBuf;

/**
 * The first bytes of a caller, which must be those of a ClientHello of at most 16 KiB (RFC 8446 §4,
 * §5.1; threat 45): what is longer is not waited for. Event loop only.
 */
final class ClientHelloStart {
  private static final int MOST_BYTES = 16 * 1024;
  private static final int RECORD_HEADER = 5;
  private static final int HANDSHAKE_HEADER = 4;
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;

  private final byte[] start = new byte[RECORD_HEADER + HANDSHAKE_HEADER];
  private int length;

  /** What a caller begins with. */
  enum Verdict {
    NEED_MORE,
    GOOD,
    /** A request in plain text. */
    PLAIN_HTTP,
    BAD
  }

  /** Looks at what came next; takes nothing from it. */
  Verdict look(ByteBuf bytes) {
    int more = Math.min(start.length - length, bytes.readableBytes());
    bytes.getBytes(bytes.readerIndex(), start, length, more);
    length += more;
    if (length > 0 && start[0] != HANDSHAKE) {
      return start[0] >= 'A' && start[0] <= 'Z' ? Verdict.PLAIN_HTTP : Verdict.BAD;
    }
    if (length < start.length) {
      return Verdict.NEED_MORE;
    }
    int record = unsigned(3) << 8 | unsigned(4);
    int hello = unsigned(6) << 16 | unsigned(7) << 8 | unsigned(8);
    return start[RECORD_HEADER] == CLIENT_HELLO && record >= HANDSHAKE_HEADER && hello <= MOST_BYTES
        ? Verdict.GOOD
        : Verdict.BAD;
  }

  private int unsigned(int at) {
    return start[at] & 0xff;
  }
}
