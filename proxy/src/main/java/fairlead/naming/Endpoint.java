package fairlead.naming;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * One address that requests may be sent to. Immutable.
 *
 * @param address resolved, or unresolved when the host's name is unknown: then connecting to it
 *     fails
 * @param weight share of the traffic, above 0; 1.0 unless discovery says otherwise
 * @param metadata what discovery knows of it ({@code nodeName} …)
 */
public record Endpoint(InetSocketAddress address, double weight, Map<String, String> metadata) {
  private static final String RESERVE = "reserve";

  public Endpoint {
    metadata = Map.copyOf(metadata);
    if (!(weight > 0)) {
      throw new IllegalArgumentException("weight: " + weight + " (expected: > 0)");
    }
  }

  public Endpoint(InetSocketAddress address) {
    this(address, 1.0, Map.of());
  }

  /** The same, to be used only while all that are no reserve are out. */
  public Endpoint asReserve() {
    var more = new HashMap<>(metadata);
    more.put(RESERVE, "true");
    return new Endpoint(address, weight, more);
  }

  public boolean isReserve() {
    return metadata.containsKey(RESERVE);
  }

  /** {@code ip:port}, IPv6 in brackets; the host name when it could not be resolved. */
  public String show() {
    if (address.isUnresolved()) {
      return address.getHostString() + ":" + address.getPort();
    }
    String ip = address.getAddress().getHostAddress();
    return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + address.getPort();
  }

  @Override
  public String toString() {
    return weight == 1.0 ? show() : show() + " * " + weight;
  }
}
