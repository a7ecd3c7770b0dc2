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
 */
public record ClientState(State<Addr> addr, Map<Endpoint, Out> out) {
  public ClientState {
    out = Map.copyOf(out);
  }

  /** With nobody out. */
  public static ClientState of(State<Addr> addr) {
    return new ClientState(addr, Map.of());
  }

  /** Of the same id in another router: whoever is out in either of them. */
  public ClientState and(ClientState other) {
    var all = new HashMap<>(out);
    all.putAll(other.out);
    return new ClientState(other.addr, all);
  }

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
