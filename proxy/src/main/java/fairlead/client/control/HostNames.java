package fairlead.client.control;

import fairlead.activity.Blocking;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Host names to addresses by the system's resolver, off the calling thread. An answer serves for 5
 * s; a name that can no longer be resolved keeps its last addresses. Owned by the executor {@code
 * home}.
 */
public final class HostNames {
  private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int REMEMBERED = 10_000;

  /** Blocks. */
  @FunctionalInterface
  public interface Lookup {
    /** All addresses of {@code host}, in the order to be tried. */
    List<InetAddress> addresses(String host) throws UnknownHostException;
  }

  /** The system's resolver: native code, which must not hold on to a carrier of virtual threads. */
  public static final Lookup SYSTEM =
      host -> {
        try {
          return Blocking.offCarrier("dns-" + host, () -> List.of(InetAddress.getAllByName(host)));
        } catch (ExecutionException failed) {
          throw failed.getCause() instanceof UnknownHostException unknown
              ? unknown
              : new UnknownHostException(host + ": " + failed.getCause());
        }
      };

  private record Known(List<InetAddress> addresses, long atNanos) {}

  private final Executor home;
  private final Executor blocking;
  private final LongSupplier nanos;
  private final Lookup lookup;
  private final Map<String, List<Consumer<List<InetAddress>>>> asking = new HashMap<>();
  private final Map<String, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > REMEMBERED;
        }
      };

  public HostNames(Executor home, Executor blocking, LongSupplier nanos, Lookup lookup) {
    this.home = home;
    this.blocking = blocking;
    this.nanos = nanos;
    this.lookup = lookup;
  }

  /**
   * Tells {@code then} the addresses of {@code host}, none when it is unknown: at once for a
   * literal or a fresh name, else later on {@code home}.
   */
  public void resolve(String host, Consumer<List<InetAddress>> then) {
    var literal = NetUtil.createInetAddressFromIpAddressString(host);
    if (literal != null) {
      then.accept(List.of(literal));
      return;
    }
    Known last = known.get(host);
    if (last != null && nanos.getAsLong() - last.atNanos() < FRESH_NANOS) {
      then.accept(last.addresses());
      return;
    }
    boolean first = !asking.containsKey(host);
    asking.computeIfAbsent(host, _ -> new ArrayList<>()).add(then);
    if (first) {
      blocking.execute(() -> ask(host));
    }
  }

  /** What {@code host} was last known to be: a literal's address, else the last answer or none. */
  public List<InetAddress> remembered(String host) {
    var literal = NetUtil.createInetAddressFromIpAddressString(host);
    if (literal != null) {
      return List.of(literal);
    }
    Known last = known.get(host);
    return last == null ? List.of() : last.addresses();
  }

  private void ask(String host) {
    List<InetAddress> found;
    try {
      found = lookup.addresses(host);
    } catch (UnknownHostException unknown) {
      found = List.of();
    }
    var addresses = found;
    home.execute(() -> answer(host, addresses));
  }

  private void answer(String host, List<InetAddress> found) {
    Known last = known.get(host);
    var addresses = found.isEmpty() && last != null ? last.addresses() : found;
    if (!addresses.isEmpty()) {
      known.put(host, new Known(addresses, nanos.getAsLong()));
    }
    var waiting = asking.remove(host);
    if (waiting != null) {
      waiting.forEach(then -> then.accept(addresses));
    }
  }
}
