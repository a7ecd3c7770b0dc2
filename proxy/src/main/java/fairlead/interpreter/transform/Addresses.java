package fairlead.interpreter.transform;

import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What transformers do to an address set. */
final class Addresses {
  /** Of endpoints that fall together, the one that has most to say stays, whatever their order. */
  private static final Comparator<Endpoint> HEAVIEST_FIRST =
      Comparator.comparingDouble(Endpoint::weight)
          .reversed()
          .thenComparing(endpoint -> endpoint.metadata().toString());

  private Addresses() {}

  /**
   * Keeps endpoints on one of {@code hosts}, IPv4 or IPv6. A set that loses all is negative; one
   * that is empty anyway stays what it is.
   */
  static UnaryOperator<Addr> onlyOn(Set<InetAddress> hosts) {
    Set<InetAddress> wanted = Set.copyOf(hosts);
    return addr ->
        switch (addr) {
          case Addr.Neg neg -> neg;
          case Addr.Live live -> {
            var kept =
                live.endpoints().stream()
                    .filter(endpoint -> isOn(wanted, endpoint.address()))
                    .collect(Collectors.toSet());
            yield kept.isEmpty() && !live.endpoints().isEmpty()
                ? new Addr.Neg()
                : new Addr.Live(kept, live.metadata());
          }
        };
  }

  private static boolean isOn(Set<InetAddress> wanted, InetSocketAddress address) {
    return !address.isUnresolved() && wanted.contains(address.getAddress());
  }

  /**
   * Puts every endpoint on {@code port}; those on one host become one.
   *
   * @param direct whether the endpoints stay beside them as a reserve
   */
  static UnaryOperator<Addr> onPort(int port, boolean direct) {
    return addr ->
        switch (addr) {
          case Addr.Neg neg -> neg;
          case Addr.Live live -> {
            var merged = new LinkedHashMap<InetSocketAddress, Endpoint>();
            live.endpoints().stream()
                .sorted(HEAVIEST_FIRST)
                .filter(endpoint -> !endpoint.isReserve())
                .map(endpoint -> moved(endpoint, port))
                .forEach(endpoint -> merged.putIfAbsent(endpoint.address(), endpoint));
            if (direct) {
              live.endpoints().stream()
                  .map(Endpoint::asReserve)
                  .forEach(endpoint -> merged.putIfAbsent(endpoint.address(), endpoint));
            }
            yield new Addr.Live(Set.copyOf(merged.values()), live.metadata());
          }
        };
  }

  private static Endpoint moved(Endpoint endpoint, int port) {
    InetSocketAddress address = endpoint.address();
    return new Endpoint(
        address.isUnresolved()
            ? InetSocketAddress.createUnresolved(address.getHostString(), port)
            : new InetSocketAddress(address.getAddress(), port),
        endpoint.weight(),
        endpoint.metadata());
  }
}
