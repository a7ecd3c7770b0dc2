package fairlead.discovery.consul;

import fairlead.client.control.HostNames;
import fairlead.discovery.NamerConfig;
import fairlead.discovery.NamerConfig.TagWeight;
import fairlead.naming.Endpoint;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From instances to endpoints ({@code spec/discovery.md} §3.5–3.7). What Consul holds may have been
 * written by anybody ({@code spec/threats.md} 57), so an address that cannot be a service's is
 * dropped, and metadata that cannot go into a header too. Control executor only.
 */
final class EndpointMaker {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointMaker.class);
  private static final int MAX_METADATA_CHARS = 4096;
  private static final int MAX_HOST_CHARS = 253;
  private static final int SHOWN_CHARS = 60;
  private static final int MAX_PORT = 65535;

  /**
   * What became of instances.
   *
   * @param dropped one line for each instance, or address of one, that is not used, and why
   */
  record Made(Set<Endpoint> endpoints, List<String> dropped) {
    static final Made NOTHING = new Made(Set.of(), List.of());
  }

  private record At(InetSocketAddress address, Map<String, String> metadata) {}

  private final NamerConfig.Consul config;
  private final HostNames names;

  EndpointMaker(NamerConfig.Consul config, HostNames names) {
    this.config = config;
    this.names = names;
  }

  /** Tells {@code then} the endpoints: at once when every address is a literal or known. */
  void make(List<Instance> instances, Consumer<Made> then) {
    var hosts = new HashSet<String>();
    instances.forEach(i -> hosts.add(host(i)));
    hosts.removeIf(host -> !isHost(host));
    var resolved = new HashMap<String, List<InetAddress>>();
    if (hosts.isEmpty()) {
      then.accept(instances.isEmpty() ? Made.NOTHING : endpoints(instances, resolved));
      return;
    }
    for (String host : hosts) {
      names.resolve(
          host,
          addresses -> {
            resolved.put(host, addresses);
            if (resolved.size() == hosts.size()) {
              then.accept(endpoints(instances, resolved));
            }
          });
    }
  }

  /** Where these are, as far as that is known without asking anybody. */
  Set<InetSocketAddress> known(List<Instance> instances) {
    var known = new HashSet<InetSocketAddress>();
    for (var instance : instances) {
      if (isPort(instance.port())) {
        names
            .remembered(host(instance))
            .forEach(address -> known.add(new InetSocketAddress(address, instance.port())));
      }
    }
    return known;
  }

  static boolean isPort(int port) {
    return port > 0 && port <= MAX_PORT;
  }

  private String host(Instance instance) {
    return config.preferServiceAddress() && !instance.address().isEmpty()
        ? instance.address()
        : instance.nodeAddress();
  }

  private Made endpoints(List<Instance> instances, Map<String, List<InetAddress>> resolved) {
    var dropped = new ArrayList<String>();
    var weights = new LinkedHashMap<At, Double>();
    for (var instance : instances) {
      var metadata =
          config.transferMetadata() ? clean(instance.nodeMeta()) : Map.<String, String>of();
      for (var address : usable(instance, resolved, dropped)) {
        weights.merge(new At(address, metadata), weight(instance), Math::max);
      }
    }
    var endpoints =
        weights.entrySet().stream()
            .map(e -> new Endpoint(e.getKey().address(), e.getValue(), e.getKey().metadata()))
            .collect(Collectors.toUnmodifiableSet());
    dropped.forEach(line -> LOG.debug("instance dropped: {}", line));
    return new Made(endpoints, List.copyOf(dropped));
  }

  private List<InetSocketAddress> usable(
      Instance instance, Map<String, List<InetAddress>> resolved, List<String> dropped) {
    String host = host(instance);
    String at = shown(instance.id()) + " at " + shown(host) + ":" + instance.port();
    if (!isPort(instance.port())) {
      dropped.add(at + ": no port to connect to");
      return List.of();
    }
    if (!isHost(host)) {
      dropped.add(at + ": no address or host name");
      return List.of();
    }
    var found = resolved.getOrDefault(host, List.of());
    if (found.isEmpty()) {
      dropped.add(at + ": unknown host name");
    }
    var usable = new ArrayList<InetSocketAddress>();
    for (var address : found) {
      if (canBeAService(address)) {
        usable.add(new InetSocketAddress(address, instance.port()));
      } else {
        dropped.add(at + ": " + address.getHostAddress() + " cannot be a service's address");
      }
    }
    return usable;
  }

  /** Fit to be asked a resolver: anybody may have written it. */
  private static boolean isHost(String host) {
    return !host.isEmpty()
        && host.length() <= MAX_HOST_CHARS
        && host.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  /** One line, cut. */
  private static String shown(String text) {
    String cut = text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "…" : text;
    return cut.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]", "?");
  }

  /** Not the metadata services of AWS (link-local, fd00:ec2::/32), nor what nobody listens on. */
  private static boolean canBeAService(InetAddress address) {
    return !address.isAnyLocalAddress()
        && !address.isMulticastAddress()
        && !address.isLinkLocalAddress()
        && !isAwsMetadata(address);
  }

  private static boolean isAwsMetadata(InetAddress address) {
    byte[] b = address.getAddress();
    return address instanceof Inet6Address
        && (b[0] & 0xff) == 0xfd
        && b[1] == 0
        && (b[2] & 0xff) == 0x0e
        && (b[3] & 0xff) == 0xc2;
  }

  private double weight(Instance instance) {
    return config.weights().stream()
        .filter(w -> instance.tags().contains(w.tag()))
        .mapToDouble(TagWeight::weight)
        .max()
        .orElse(1.0);
  }

  /** The entries that may stand in a header or a log line. */
  static Map<String, String> clean(Map<String, String> metadata) {
    return metadata.entrySet().stream()
        .filter(e -> isPlain(e.getKey()) && isPlain(e.getValue()))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static boolean isPlain(String text) {
    return text.length() <= MAX_METADATA_CHARS && text.chars().noneMatch(c -> c < ' ' || c == 0x7f);
  }
}
