package fairlead.server;

import fairlead.config.IpLiteral;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that begin with the same bits: {@code 10.0.0.0/8}, or one address alone. Immutable.
 *
 * @param first the lowest of them
 * @param bits how many bits of it count
 */
public record AddressRange(InetAddress first, int bits) {
  /**
   * The range written so.
   *
   * @throws IllegalArgumentException when {@code text} is none; the message says what to write
   */
  public static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    var address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
    int most = address == null ? 0 : address.getAddress().length * 8;
    Integer bits = slash < 0 ? Integer.valueOf(most) : number(text.substring(slash + 1), most);
    if (address == null || bits == null) {
      throw new IllegalArgumentException(
          "is no range of addresses; write one, such as 10.0.0.0/8 or fd00::/8");
    }
    var first = masked(address, bits);
    if (!first.equals(address)) {
      throw new IllegalArgumentException(
          "has bits beyond its first " + bits + "; write " + first.getHostAddress() + "/" + bits);
    }
    return new AddressRange(first, bits);
  }

  /** Whether {@code address} is one of these. */
  public boolean contains(InetAddress address) {
    byte[] of = first.getAddress();
    byte[] other = address.getAddress();
    if (of.length != other.length) {
      return false;
    }
    for (int i = 0; i < of.length; i++) {
      int mask = mask(i, bits);
      if ((of[i] & mask) != (other[i] & mask)) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress masked(InetAddress address, int bits) {
    byte[] bytes = address.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] &= (byte) mask(i, bits);
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e); // as many bytes as the address had
    }
  }

  /** Of byte {@code i}, the bits that count. */
  private static int mask(int i, int bits) {
    int counting = Math.clamp(bits - i * 8L, 0, 8);
    return 0xff00 >> counting & 0xff;
  }

  private static @Nullable Integer number(String text, int most) {
    if (!text.matches("0|[1-9][0-9]{0,2}")) {
      return null;
    }
    int number = Integer.parseInt(text);
    return number <= most ? number : null;
  }
}
