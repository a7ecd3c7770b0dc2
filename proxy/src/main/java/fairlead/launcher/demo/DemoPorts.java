package fairlead.launcher.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Which ports the demo uses: the usual ones, and others for those that something else has. Blocks
 * shortly.
 */
public final class DemoPorts {
  private static final int TRIES = 20;

  private final List<String> notes = new ArrayList<>();

  /**
   * The ports to use.
   *
   * @param wanted a port of 0 stays 0
   * @param fixedPage whether the page's port is taken as it is
   * @throws IOException when no port is free
   */
  public Demo.Ports choose(Demo.Ports wanted, boolean fixedPage) throws IOException {
    var loopback = List.of(InetAddress.getLoopbackAddress());
    return new Demo.Ports(
        fixedPage ? wanted.page() : choose("page", wanted.page(), loopback),
        choose("edge", wanted.edge(), loopback),
        choose("outgoing", wanted.outgoing(), Demo.HOSTS),
        choose("incoming", wanted.incoming(), Demo.HOSTS),
        choose("admin", wanted.admin(), Demo.HOSTS));
  }

  /** What was changed, a line each. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  private int choose(String name, int wanted, List<InetAddress> hosts) throws IOException {
    if (wanted == 0 || hosts.stream().allMatch(host -> isFree(host, wanted))) {
      return wanted;
    }
    int free = free(hosts);
    notes.add("Port " + wanted + " (" + name + ") is taken by something else; using " + free + ".");
    return free;
  }

  private static int free(List<InetAddress> hosts) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      int port;
      try (var socket = new ServerSocket(0, 1, hosts.getFirst())) {
        port = socket.getLocalPort();
      }
      if (hosts.stream().allMatch(host -> isFree(host, port))) {
        return port;
      }
    }
    throw new IOException("demo: no port is free on " + hosts);
  }

  private static boolean isFree(InetAddress host, int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
