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
  private static final int MAX_PORT = 65535;

  private record At(InetSocketAddress address, Map<String, String> metadata) {}

  private final NamerConfig.Consul config;
  private final HostNames names;

  EndpointMaker(NamerConfig.Consul config, HostNames names) {
    this.config = config;
    this.names = names;
  }

  /** Tells {@code then} the endpoints: at once when every address is a literal or known. */
  void make(List<Instance> instances, Consumer<Set<Endpoint>> then) {
    var hosts = new HashSet<String>();
    instances.forEach(i -> hosts.add(host(i)));
    hosts.remove("");
    var resolved = new HashMap<String, List<InetAddress>>();
    if (hosts.isEmpty()) {
      then.accept(Set.of());
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

  private String host(Instance instance) {
    return config.preferServiceAddress() && !instance.address().isEmpty()
        ? instance.address()
        : instance.nodeAddress();
  }

  private Set<Endpoint> endpoints(
      List<Instance> instances, Map<String, List<InetAddress>> resolved) {
    var weights = new LinkedHashMap<At, Double>();
    for (var instance : instances) {
      var metadata =
          config.transferMetadata() ? clean(instance.nodeMeta()) : Map.<String, String>of();
      for (var address : usable(instance, resolved)) {
        weights.merge(new At(address, metadata), weight(instance), Math::max);
      }
    }
    return weights.entrySet().stream()
        .map(e -> new Endpoint(e.getKey().address(), e.getValue(), e.getKey().metadata()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private List<InetSocketAddress> usable(
      Instance instance, Map<String, List<InetAddress>> resolved) {
    String host = host(instance);
    var found = resolved.getOrDefault(host, List.of());
    if (instance.port() <= 0 || instance.port() > MAX_PORT || found.isEmpty()) {
      LOG.debug("instance {} dropped: no address for {}:{}", instance.id(), host, instance.port());
      return List.of();
    }
    var usable = new ArrayList<InetSocketAddress>();
    for (var address : found) {
      if (canBeAService(address)) {
        usable.add(new InetSocketAddress(address, instance.port()));
      } else {
        LOG.debug("instance {} dropped: {} is no service's address", instance.id(), address);
      }
    }
    return usable;
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
