package fairlead.config;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** IP addresses written as such, never looked up ({@code spec/config.md} §2). */
public final class IpLiteral {
  private IpLiteral() {}

  /** The address, or null when {@code text} is none: neither names nor {@code 127.1} pass. */
  public static @Nullable InetAddress parse(String text) {
    try {
      return text.indexOf(':') >= 0 ? InetAddress.ofLiteral(text) : v4(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static @Nullable InetAddress v4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    for (String part : parts) {
      if (!part.matches("0|[1-9][0-9]{0,2}")) {
        return null;
      }
    }
    return InetAddress.ofLiteral(text);
  }
}
