package fairlead.client;

import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * Tells a connection that failed for want of something of our own, a local port or a file
 * descriptor, from one that the endpoint is to blame for (fault 25).
 */
final class OwnLimits {
  /**
   * How Netty tells the system's error numbers (Linux): ENOMEM, ENFILE, EMFILE, EADDRNOTAVAIL,
   * ENOBUFS.
   */
  private static final Pattern NUMBERS = Pattern.compile("error\\(-(?:12|23|24|99|105)\\)");

  private OwnLimits() {}

  /** Whether {@code cause} says nothing of {@code address}. */
  static boolean isReached(Throwable cause, InetSocketAddress address) {
    if (!(address.getAddress() instanceof Inet4Address)) {
      return false; // no address of our own to reach this one from: it is of no use to us
    }
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof BindException
          || NUMBERS.matcher(String.valueOf(each.getMessage())).find()) {
        return true;
      }
    }
    return false;
  }
}
