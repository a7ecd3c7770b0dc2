package fairlead.http;

/** {@code uri-host [ ":" port ]} (RFC 3986 §3.2, RFC 9110 §7.2), as bytes. */
public final class Authority {
  private Authority() {}

  /** {@code uri-host [ ":" port ]}; no user, and no comma, which some read as two hosts. */
  public static boolean is(byte[] bytes, int start, int end, boolean withPort) {
    int at = start;
    if (at < end && bytes[at] == '[') {
      while (at < end && bytes[at] != ']') {
        at++;
      }
      if (at == end || !Ipv6.isAddress(bytes, start + 1, at)) {
        return false;
      }
      at++;
    } else {
      at = nameEnd(bytes, start, end);
    }
    if (at == start) {
      return false;
    }
    return at == end ? !withPort : bytes[at] == ':' && isPort(bytes, at + 1, end, withPort);
  }

  private static boolean isPort(byte[] bytes, int from, int to, boolean required) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
    }
    return to - from <= 5 && (to > from || !required);
  }

  /** Where a {@code reg-name} ends; an escape counts only when it is whole. */
  private static int nameEnd(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end) {
      if (bytes[at] == '%') {
        if (end - at < 3 || !Ipv6.isHex(bytes[at + 1]) || !Ipv6.isHex(bytes[at + 2])) {
          return at;
        }
        at += 3;
      } else if (isName(bytes[at])) {
        at++;
      } else {
        return at;
      }
    }
    return at;
  }

  /** {@code reg-name} without the comma and the escapes. */
  private static boolean isName(byte b) {
    return (b >= '0' && b <= '9')
        || ((b | 0x20) >= 'a' && (b | 0x20) <= 'z')
        || (b > 0 && "-._~!$&'()*+;=".indexOf(b) >= 0);
  }
}
