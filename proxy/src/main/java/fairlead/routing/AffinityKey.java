package fairlead.routing;

import fairlead.balance.BalancerConfig;
import fairlead.balance.BalancerConfig.Affinity;
import fairlead.balance.Hashing;
import fairlead.balance.Picker;
import fairlead.exchange.Exchange;
import fairlead.http.HeaderNames;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The hash by which requests that belong together find the same endpoint. Any thread. */
final class AffinityKey {
  private AffinityKey() {}

  /** The key of {@code exchange}; anywhere when nobody asks, or it has nothing to go by. */
  static long of(BalancerConfig.Algorithm algorithm, Exchange exchange) {
    return algorithm instanceof BalancerConfig.RingHash(var _, var affinity)
        ? key(affinity, exchange)
        : Picker.ANYWHERE;
  }

  private static long key(Affinity affinity, Exchange exchange) {
    return switch (affinity) {
      case Affinity.Header(var name) -> hash(exchange.request().first(name));
      case Affinity.Cookie(var name) -> hash(cookie(exchange, name));
      case Affinity.CallerAddress() ->
          exchange.caller().peer() instanceof InetSocketAddress peer && !peer.isUnresolved()
              ? Hashing.of(peer.getAddress().getAddress())
              : Picker.ANYWHERE;
    };
  }

  private static long hash(@Nullable String text) {
    return text == null || text.isEmpty() ? Picker.ANYWHERE : Hashing.of(text);
  }

  /** RFC 6265 §4.2.1. */
  private static @Nullable String cookie(Exchange exchange, String name) {
    for (String header : exchange.request().all(HeaderNames.COOKIE)) {
      for (String pair : header.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
          return pair.substring(equals + 1).strip();
        }
      }
    }
    return null;
  }
}
