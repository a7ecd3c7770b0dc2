package fairlead.routing;

import fairlead.activity.State;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What a client may send to. Immutable.
 *
 * @param out the endpoints among them that are avoided, since they failed
 * @param limits of the endpoints that learn how many requests they bear
 * @param loads what each of them bears now
 */
public record ClientState(
    State<Addr> addr,
    Map<Endpoint, Out> out,
    Map<Endpoint, Limit> limits,
    Map<Endpoint, Load> loads) {
  public ClientState {
    out = Map.copyOf(out);
    limits = Map.copyOf(limits);
    loads = Map.copyOf(loads);
  }

  /** With nobody out, and nothing to do. */
  public static ClientState of(State<Addr> addr) {
    return new ClientState(addr, Map.of(), Map.of(), Map.of());
  }

  /**
   * Of the same id in another router: whoever is out in either of them, what both give, and its
   * limits.
   */
  public ClientState and(ClientState other) {
    var all = new HashMap<>(out);
    all.putAll(other.out);
    var sums = new HashMap<>(loads);
    other.loads.forEach((endpoint, load) -> sums.merge(endpoint, load, Load::and));
    return new ClientState(other.addr, all, other.limits, sums);
  }

  /**
   * Requests that an endpoint may have at a time.
   *
   * @param baseline what it takes when nothing waits; zero while that is not known
   */
  public record Limit(int limit, int inProgress, Duration baseline) {}

  /**
   * Why an endpoint is avoided.
   *
   * @param deadFor how long nothing is sent to it
   * @param tried that time has passed, and it is tried with one request
   */
  public record Out(String reason, Duration deadFor, boolean tried) {
    /** For people: {@code out for 5000 ms: connection refused}. */
    public String show() {
      return (tried ? "out, being tried: " : "out for " + deadFor.toMillis() + " ms: ") + reason;
    }
  }

  /**
   * What an endpoint bears.
   *
   * @param load requests in progress or, with {@code ewma}, what they cost
   * @param share of its turns that it takes: below 1 in a slow start
   */
  public record Load(double load, double share) {
    private Load and(Load other) {
      return new Load(load + other.load, Math.min(share, other.share));
    }
  }
}
