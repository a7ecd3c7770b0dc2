package fairlead.routing;

import fairlead.naming.Path;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.RequestStats;
import java.util.HashMap;
import java.util.Map;

/**
 * Counters of services, which routes that differ in their dtab share; forgotten with the last of
 * them. Control plane only.
 */
final class StatsByService {
  private final RequestStats.Side side;
  private final Metrics parent;
  private final Map<Path, Held> held = new HashMap<>();

  private static final class Held {
    private final Metrics scope;
    private final RequestStats stats;
    private int holders;

    Held(Metrics scope, RequestStats stats) {
      this.scope = scope;
      this.stats = stats;
    }
  }

  /**
   * Nothing is counted yet.
   *
   * @param parent has a scope for each service below
   */
  StatsByService(RequestStats.Side side, Metrics parent) {
    this.side = side;
    this.parent = parent;
  }

  RequestStats hold(Path service) {
    var found =
        held.computeIfAbsent(
            service,
            name -> {
              var scope = parent.scope(name.show().substring(1));
              return new Held(scope, new RequestStats(side, scope));
            });
    found.holders++;
    return found.stats;
  }

  /** The counters of a service that is held. */
  RequestStats of(Path service) {
    var found = held.get(service);
    if (found == null) {
      throw new IllegalStateException("service: " + service + " (expected: one that is held)");
    }
    return found.stats;
  }

  void release(Path service) {
    var found = held.get(service);
    if (found != null && --found.holders == 0) {
      held.remove(service);
      found.stats.close();
      found.scope.remove();
    }
  }
}
