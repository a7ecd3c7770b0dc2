package fairlead.http1.fuzz;

import java.util.regex.Pattern;

/**
 * {@code uri-host [ ":" port ]} (RFC 9112 §3.2, RFC 3986 §3.2), without user, comma and IPvFuture;
 * a port has at most five digits.
 */
final class Authorities {
  private static final String H16 = "[0-9A-Fa-f]{1,4}";
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final String LS32 =
      "(?:" + H16 + ":" + H16 + "|" + OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET + ")";

  /** The nine lines of RFC 3986 §3.2.2. */
  private static final String IPV6 =
      "(?:"
          + ("(?:" + H16 + ":){6}" + LS32)
          + ("|::(?:" + H16 + ":){5}" + LS32)
          + ("|(?:" + H16 + ")?::(?:" + H16 + ":){4}" + LS32)
          + ("|(?:(?:" + H16 + ":){0,1}" + H16 + ")?::(?:" + H16 + ":){3}" + LS32)
          + ("|(?:(?:" + H16 + ":){0,2}" + H16 + ")?::(?:" + H16 + ":){2}" + LS32)
          + ("|(?:(?:" + H16 + ":){0,3}" + H16 + ")?::" + H16 + ":" + LS32)
          + ("|(?:(?:" + H16 + ":){0,4}" + H16 + ")?::" + LS32)
          + ("|(?:(?:" + H16 + ":){0,5}" + H16 + ")?::" + H16)
          + ("|(?:(?:" + H16 + ":){0,6}" + H16 + ")?::")
          + ")";

  private static final String REG_NAME = "(?:[A-Za-z0-9\\-._~!$&'()*+;=]++|%[0-9A-Fa-f]{2})++";
  private static final String HOST = "(?:\\[" + IPV6 + "\\]|" + REG_NAME + ")";
  private static final Pattern WITH_PORT = Pattern.compile(HOST + ":[0-9]{1,5}");
  private static final Pattern ANY = Pattern.compile(HOST + "(?::[0-9]{0,5})?");

  private Authorities() {}

  static boolean isHost(String text) {
    return ANY.matcher(text).matches();
  }

  static boolean isHostAndPort(String text) {
    return WITH_PORT.matcher(text).matches();
  }
}
