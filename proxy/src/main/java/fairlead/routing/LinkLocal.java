package fairlead.routing;

import fairlead.config.IpLiteral;
import fairlead.naming.Addr;
import fairlead.naming.Dtab;
import fairlead.naming.Endpoint;
import fairlead.naming.NameTrees;
import fairlead.telemetry.LogLimit;
import io.netty.util.concurrent.Ticker;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps requests from link-local addresses, where clouds tell instances their credentials, whoever
 * named them: a caller, DNS or Consul (threat 55). What the configuration's dtab spells out is
 * used. Control plane only.
 */
final class LinkLocal {
  private static final Logger LOG = LoggerFactory.getLogger(LinkLocal.class);

  /** EC2's instance metadata by IPv6, which is not link-local by its form. */
  private static final InetAddress EC2_METADATA = InetAddress.ofLiteral("fd00:ec2::254");

  private final Set<InetAddress> spelled;
  private final LogLimit logLimit = new LogLimit();

  /** For a router with these rules. */
  LinkLocal(Dtab base) {
    spelled =
        base.dentries().stream()
            .flatMap(dentry -> NameTrees.leaves(dentry.dst()).stream())
            .flatMap(path -> path.elements().stream())
            .map(IpLiteral::parse)
            .filter(Objects::nonNull)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** {@code addr} without the endpoints that are not to be used. */
  Addr without(Addr addr) {
    if (!(addr instanceof Addr.Live(var endpoints, var metadata))
        || endpoints.stream().noneMatch(this::isForbidden)) {
      return addr;
    }
    tell(endpoints);
    return new Addr.Live(
        endpoints.stream().filter(e -> !isForbidden(e)).collect(Collectors.toSet()), metadata);
  }

  private boolean isForbidden(Endpoint endpoint) {
    InetAddress address = endpoint.address().getAddress();
    return address != null
        && (address.isLinkLocalAddress() || address.equals(EC2_METADATA))
        && !spelled.contains(address);
  }

  private void tell(Set<Endpoint> endpoints) {
    if (logLimit.permits(Ticker.systemTicker().nanoTime())) {
      LOG.warn("{}: link-local addresses are used only where the dtab spells them out", endpoints);
    }
  }
}
