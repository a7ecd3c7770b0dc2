package fairlead.http;

/** {@code IPv6address} (RFC 3986 §3.2.2), the whole of it and nothing else. */
final class Ipv6 {
  private static final int GROUPS = 8;

  private Ipv6() {}

  static boolean isAddress(byte[] bytes, int from, int to) {
    boolean elided = to - from >= 2 && bytes[from] == ':' && bytes[from + 1] == ':';
    int at = elided ? from + 2 : from;
    int groups = 0;
    while (at < to) {
      int end = at;
      while (end < to && isHex(bytes[end])) {
        end++;
      }
      if (end < to && bytes[end] == '.') {
        return isIpv4(bytes, at, to) && isWhole(groups + 2, elided);
      }
      groups++;
      if (end == at || end - at > 4) {
        return false;
      }
      if (end == to) {
        return isWhole(groups, elided);
      }
      if (bytes[end] != ':') {
        return false;
      }
      at = end + 1;
      boolean again = at < to && bytes[at] == ':';
      if (at == to || (again && elided)) {
        return false;
      }
      elided |= again;
      at += again ? 1 : 0;
    }
    return isWhole(groups, elided);
  }

  /** {@code ::} stands for one group at least. */
  private static boolean isWhole(int groups, boolean elided) {
    return elided ? groups < GROUPS : groups == GROUPS;
  }

  private static boolean isIpv4(byte[] bytes, int from, int to) {
    int at = from;
    for (int octet = 0; octet < 4; octet++) {
      int end = at;
      int value = 0;
      while (end < to && end - at < 3 && bytes[end] >= '0' && bytes[end] <= '9') {
        value = value * 10 + bytes[end] - '0';
        end++;
      }
      if (end == at || value > 255 || (bytes[at] == '0' && end - at > 1)) {
        return false;
      }
      if (octet < 3 && (end == to || bytes[end] != '.')) {
        return false;
      }
      at = octet < 3 ? end + 1 : end;
    }
    return at == to;
  }

  static boolean isHex(byte b) {
    return (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'f');
  }
}
