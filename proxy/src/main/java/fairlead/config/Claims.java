package fairlead.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
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
   * A server claims a port on an address, but not that of a protocol that nobody knows.
   *
   * @param owner for messages: {@code router 'http'}
   * @param in the block with the key, which may be absent
   */
  public void socket(InetAddress ip, int port, String owner, Block in, String key) {
    boolean standIn = in.acceptsAnyKey() && !in.has(key);
    if (standIn || in.failed(key) || in.failed("ip")) {
      return; // what stands in claims nothing
    }
    String who = in.has(key) ? owner : owner + " (by default)";
    sockets.add(new Socket(ip, port, who, in.at(key), in.pathOf(key)));
  }

  /** Notes the first clash of each socket, at the place that comes later in the file. */
  public void check() {
    List<Socket> inOrder = sockets.stream().sorted(Comparator.comparing(Socket::at)).toList();
    for (int i = 0; i < inOrder.size(); i++) {
      Socket later = inOrder.get(i);
      inOrder.subList(0, i).stream()
          .filter(later::clashesWith)
          .findFirst()
          .ifPresent(earlier -> tell(later, earlier));
    }
  }

  private void tell(Socket later, Socket earlier) {
    problems.add(
        later.at,
        later.key,
        later.port + " is taken by " + earlier.owner + " at " + earlier.at + "; choose another");
  }
}
