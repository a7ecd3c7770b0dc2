package fairlead.launcher.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whether the ports that the configuration listens on can be had. Blocks. */
final class PortChecks {
  private PortChecks() {}

  /**
   * One finding a socket.
   *
   * @param running whether a Fairlead answers on the admin port, which then has them
   */
  static List<Finding> of(Map<InetSocketAddress, String> sockets, boolean running) {
    var findings = new ArrayList<Finding>();
    sockets.forEach((address, owner) -> findings.add(of(address, owner, running)));
    return findings;
  }

  private static Finding of(InetSocketAddress address, String owner, boolean running) {
    String where = address.getAddress().getHostAddress() + ":" + address.getPort();
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
      return Finding.good("ports", where + " is free for " + owner);
    } catch (IOException refused) {
      String why = String.valueOf(refused.getMessage());
      String low = why.toLowerCase(Locale.ROOT);
      if (low.contains("already in use")) {
        return running
            ? Finding.good(
                "ports", where + " is taken, most likely by the Fairlead that runs, for " + owner)
            : Finding.bad(
                "ports",
                where + " for " + owner + " is taken by another process",
                "stop it (ss -ltnp tells which), or choose another port");
      }
      if (low.contains("permission denied")) {
        return Finding.bad(
            "ports",
            where + " for " + owner + " is not for this user",
            "choose one above 1023, or grant CAP_NET_BIND_SERVICE");
      }
      return Finding.bad(
          "ports",
          where + " for " + owner + " cannot be had: " + why,
          "write an address of this machine");
    }
  }
}
