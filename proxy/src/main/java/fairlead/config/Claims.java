package fairlead.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Labels and sockets, each of which only one may have ({@code spec/config.md} §4). Mutable. */
public final class Claims {
  private record Socket(InetAddress ip, int port, String owner, Position at, String key) {
    /** The same port on the same address; the wildcard is every address. */
    boolean clashesWith(Socket other) {
      return port == other.port
          && port != 0
          && (ip.equals(other.ip) || ip.isAnyLocalAddress() || other.ip.isAnyLocalAddress());
    }
  }

  private final Problems problems;
  private final Map<String, Position> labels = new HashMap<>();
  private final List<Socket> sockets = new ArrayList<>();

  public Claims(Problems problems) {
    this.problems = problems;
  }

  /** A router claims its label. */
  public void label(String label, Position at, String key) {
    Position first = labels.putIfAbsent(label, at);
    if (first != null) {
      problems.add(
          at, key, "'" + label + "' is taken by the router at " + first + "; choose another label");
    }
  }

  /**
   * A server claims a port on an address.
   *
   * @param owner for messages: {@code router 'http'}
   * @param in the block with the key, which may be absent
   */
  public void socket(InetAddress ip, int port, String owner, Block in, String key) {
    sockets.add(new Socket(ip, port, owner, in.at(key), in.pathOf(key)));
  }

  /** Notes the clashes of sockets, each at the place that comes later in the file. */
  public void check() {
    for (int i = 0; i < sockets.size(); i++) {
      for (int j = 0; j < i; j++) {
        Socket one = sockets.get(i);
        Socket other = sockets.get(j);
        if (one.clashesWith(other)) {
          tell(
              one.at.compareTo(other.at) < 0 ? other : one,
              one.at.compareTo(other.at) < 0 ? one : other);
        }
      }
    }
  }

  private void tell(Socket later, Socket earlier) {
    problems.add(
        later.at,
        later.key,
        later.port + " is taken by " + earlier.owner + " at " + earlier.at + "; choose another");
  }
}
