package fairlead.interpreter.transform;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;

/** The addresses of this machine, or of the container's network. */
public final class LocalAddresses {
  private LocalAddresses() {}

  /**
   * Every address of every interface that is up now. Blocks a little: at start only.
   *
   * @throws SocketException when the system does not say
   */
  public static Set<InetAddress> now() throws SocketException {
    var addresses = new HashSet<InetAddress>();
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      if (each.isUp()) {
        each.inetAddresses().forEach(addresses::add);
      }
    }
    return Set.copyOf(addresses);
  }
}
