package fairlead.server;

import fairlead.config.IpLiteral;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of the PROXY protocol, versions 1 and 2, and accepts nothing lenient: {@code
 * https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt}. Without state.
 */
final class ProxyHeader {
  /** With its line end. */
  static final int MOST_V1_BYTES = 107;

  /** What may follow the first sixteen bytes. The standard allows 65535, and needs some hundred. */
  static final int MOST_V2_BYTES = 8192;

  private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] V2 = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
  private static final int V2_FIXED = 16;
  private static final int CRC32C_TYPE = 3;
  private static final int CRC32C_BYTES = 4;

  private ProxyHeader() {}

  /** What the bytes so far are. */
  sealed interface Result {
    /** The beginning of a header. */
    record NeedMore() implements Result {}

    /** No header. */
    record Bad(String reason) implements Result {}

    /**
     * A header, whose bytes are read.
     *
     * @param told null when the header tells of nobody: the connection's own addresses hold
     */
    record Done(@Nullable Told told) implements Result {}
  }

  /** Who connected to whom, by what the header says. */
  record Told(InetSocketAddress source, InetSocketAddress destination) {}

  private static final Result NEED_MORE = new Result.NeedMore();
  private static final Result NOBODY = new Result.Done(null);

  /** Reads the header from the beginning of {@code in}; nothing unless it is whole and good. */
  static Result read(ByteBuf in) {
    if (begins(in, V1)) {
      return in.readableBytes() < V1.length ? NEED_MORE : readText(in);
    }
    if (begins(in, V2)) {
      return in.readableBytes() < V2_FIXED ? NEED_MORE : readBinary(in);
    }
    return new Result.Bad("it does not begin with a PROXY protocol header");
  }

  /** Whether {@code in} begins with {@code start}, as far as it goes. */
  private static boolean begins(ByteBuf in, byte[] start) {
    int length = Math.min(start.length, in.readableBytes());
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != start[i]) {
        return false;
      }
    }
    return true;
  }

  // Version 1

  private static Result readText(ByteBuf in) {
    int start = in.readerIndex();
    int seen = Math.min(in.readableBytes(), MOST_V1_BYTES);
    int end = in.indexOf(start, start + seen, (byte) '\r');
    if (end < 0 || end == start + MOST_V1_BYTES - 1) {
      return seen < MOST_V1_BYTES ? NEED_MORE : new Result.Bad("its line is too long");
    }
    if (end + 1 == start + in.readableBytes()) {
      return NEED_MORE;
    }
    if (in.getByte(end + 1) != '\n') {
      return new Result.Bad("its line does not end with CR LF");
    }
    String line = in.toString(start, end - start, StandardCharsets.ISO_8859_1);
    Result result = ofLine(line.split(" ", -1));
    if (result instanceof Result.Done) {
      in.readerIndex(end + 2);
    }
    return result;
  }

  private static Result ofLine(String[] parts) {
    if (parts[1].equals("UNKNOWN")) {
      return NOBODY;
    }
    boolean four = parts[1].equals("TCP4");
    if (!(four || parts[1].equals("TCP6")) || parts.length != 6) {
      return new Result.Bad("its line is not of the form PROXY TCP4 source destination port port");
    }
    var source = socket(four, parts[2], parts[4]);
    var destination = socket(four, parts[3], parts[5]);
    return source == null || destination == null
        ? new Result.Bad("its line has an address or a port that is none")
        : new Result.Done(new Told(source, destination));
  }

  private static @Nullable InetSocketAddress socket(boolean four, String ip, String port) {
    if (!ip.matches(four ? "[0-9.]{7,15}" : "[0-9a-fA-F:.]{2,45}")
        || four == ip.contains(":")
        || !port.matches("0|[1-9][0-9]{0,4}")) {
      return null;
    }
    InetAddress address = IpLiteral.parse(ip);
    int number = Integer.parseInt(port);
    return address == null || number > 0xffff ? null : new InetSocketAddress(address, number);
  }

  // Version 2

  private static Result readBinary(ByteBuf in) {
    int start = in.readerIndex();
    int command = in.getUnsignedByte(start + 12);
    int family = in.getUnsignedByte(start + 13);
    int length = in.getUnsignedShort(start + 14);
    if (command != 0x20 && command != 0x21) {
      return new Result.Bad("its version or command is unknown");
    }
    if (family >>> 4 > 3 || (family & 0xf) > 2) {
      return new Result.Bad("its family or protocol is unknown");
    }
    if (length > MOST_V2_BYTES) {
      return new Result.Bad("it is longer than " + MOST_V2_BYTES + " bytes");
    }
    if (in.readableBytes() < V2_FIXED + length) {
      return NEED_MORE;
    }
    ByteBuf header = in.slice(start, V2_FIXED + length);
    Result result = command == 0x20 ? NOBODY : ofBinary(header, family);
    if (result instanceof Result.Done) {
      in.skipBytes(V2_FIXED + length);
    }
    return result;
  }

  private static Result ofBinary(ByteBuf header, int family) {
    int size =
        switch (family >>> 4) {
          case 1 -> 4;
          case 2 -> 16;
          default -> 0;
        };
    int rest =
        switch (family >>> 4) {
          case 0 -> V2_FIXED;
          case 3 -> V2_FIXED + 216; // two paths of a Unix socket
          default -> V2_FIXED + 2 * size + 4;
        };
    if (rest > header.readableBytes()) {
      return new Result.Bad("its addresses are cut short");
    }
    String fault = faultOfTlvs(header, rest);
    if (fault != null) {
      return new Result.Bad(fault);
    }
    if (size == 0 || (family & 0xf) != 1) {
      return NOBODY; // not TCP: nothing that we could make of it
    }
    int ports = V2_FIXED + 2 * size;
    return new Result.Done(
        new Told(
            socket(header, V2_FIXED, size, ports),
            socket(header, V2_FIXED + size, size, ports + 2)));
  }

  private static InetSocketAddress socket(ByteBuf header, int at, int size, int port) {
    try {
      var address = InetAddress.getByAddress(ByteBufUtil.getBytes(header, at, size));
      return new InetSocketAddress(address, header.getUnsignedShort(port));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // 4 or 16 bytes
    }
  }

  /** What is wrong with the type-length-value triples from {@code at} on, or null. */
  private static @Nullable String faultOfTlvs(ByteBuf header, int from) {
    int at = from;
    int end = header.readableBytes();
    while (at < end) {
      int value = at + 3;
      int length = value > end ? 0 : header.getUnsignedShort(at + 1);
      if (value > end || value + length > end) {
        return "a value in it is longer than the header";
      }
      if (header.getByte(at) == CRC32C_TYPE
          && (length != CRC32C_BYTES || !isChecksum(header, value))) {
        return "its checksum is wrong";
      }
      at = value + length;
    }
    return null;
  }

  /** Of the whole header, with zeros where the checksum itself stands. */
  private static boolean isChecksum(ByteBuf header, int at) {
    byte[] bytes = ByteBufUtil.getBytes(header);
    java.util.Arrays.fill(bytes, at, at + CRC32C_BYTES, (byte) 0);
    var sum = new CRC32C();
    sum.update(bytes);
    return (int) sum.getValue() == header.getInt(at);
  }
}
