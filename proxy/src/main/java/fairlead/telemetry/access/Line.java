package fairlead.telemetry.access;

import fairlead.http.Fields;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The line that is being made, as bytes in a memory that is used again. One thread. */
final class Line {
  /** More of one value is cut off. */
  private static final int MOST = 8192;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[1024];
  private int length;

  Line begin() {
    length = 0;
    return this;
  }

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Takes back what is behind {@code end}. */
  void cut(int end) {
    length = end;
  }

  Line put(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  /** Text of ours: ASCII, and nothing to escape. */
  @SuppressWarnings("deprecation") // the one way to copy ASCII without an array in between
  Line put(String ascii) {
    int more = ascii.length();
    reserve(more);
    ascii.getBytes(0, more, bytes, length);
    length += more;
    return this;
  }

  Line put(long number) {
    if (number < 0) {
      return put(Long.toString(number));
    }
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    reserve(digits);
    int at = length + digits;
    long rest = number;
    for (int i = 0; i < digits; i++) {
      bytes[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
    return this;
  }

  Line putHex(long id) {
    reserve(16);
    for (int shift = 60; shift >= 0; shift -= 4) {
      bytes[length++] = HEX[(int) (id >>> shift) & 15];
    }
    return this;
  }

  /** The address without its port; a dash when it is of no network. */
  Line putHost(SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return put('-');
    }
    if (!(inet.getAddress() instanceof Inet4Address four)) {
      return put(inet.getAddress().getHostAddress());
    }
    byte[] parts = four.getAddress();
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        put('.');
      }
      put(parts[i] & 0xff);
    }
    return this;
  }

  /** What somebody sent, so that it cannot pass for anything else in a line of Linkerd's form. */
  Line putSent(byte[] from, int offset, int count) {
    int most = Math.min(count, MOST);
    reserve(most * 4);
    for (int i = offset; i < offset + most; i++) {
      byte b = from[i];
      if (b < ' ' || b == 0x7f) { // not ASCII is below 0
        bytes[length++] = '\\';
        bytes[length++] = 'x';
        bytes[length++] = HEX[(b & 0xff) >> 4];
        bytes[length++] = HEX[b & 15];
      } else {
        if (b == '"' || b == '\\') {
          bytes[length++] = '\\';
        }
        bytes[length++] = b;
      }
    }
    return this;
  }

  /** The same as a string of JSON; bytes count as Latin-1. */
  Line putJson(byte[] from, int offset, int count) {
    int most = Math.min(count, MOST);
    reserve(most * 6 + 2);
    bytes[length++] = '"';
    for (int i = offset; i < offset + most; i++) {
      putJson(from[i] & 0xff);
    }
    bytes[length++] = '"';
    return this;
  }

  Line putJson(String text) {
    int most = Math.min(text.length(), MOST);
    reserve(most * 6 + 2);
    bytes[length++] = '"';
    for (int i = 0; i < most; i++) {
      putJson(text.charAt(i));
    }
    bytes[length++] = '"';
    return this;
  }

  private void putJson(int c) {
    if (c < ' ' || c >= 0x7f) {
      bytes[length++] = '\\';
      bytes[length++] = 'u';
      for (int shift = 12; shift >= 0; shift -= 4) {
        bytes[length++] = HEX[c >> shift & 15];
      }
    } else {
      if (c == '"' || c == '\\') {
        bytes[length++] = '\\';
      }
      bytes[length++] = (byte) c;
    }
  }

  /** The first value of a well-known field, or a dash. */
  Line putField(Fields head, int id) {
    int i = head.find(id);
    return i < 0 || head.valueLength(i) == 0
        ? put('-')
        : putSent(head.array(), head.valueOffset(i), head.valueLength(i));
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
