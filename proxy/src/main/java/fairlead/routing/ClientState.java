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
 */
public record ClientState(State<Addr> addr, Map<Endpoint, Out> out, Map<Endpoint, Limit> limits) {
  public ClientState {
    out = Map.copyOf(out);
    limits = Map.copyOf(limits);
  }

  /** With nobody out. */
  public static ClientState of(State<Addr> addr) {
    return new ClientState(addr, Map.of(), Map.of());
  }

  /** Of the same id in another router: whoever is out in either of them, with its limits. */
  public ClientState and(ClientState other) {
    var all = new HashMap<>(out);
    all.putAll(other.out);
    return new ClientState(other.addr, all, other.limits);
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
}
