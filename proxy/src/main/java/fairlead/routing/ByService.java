package fairlead.routing;

import fairlead.activity.Watch;
import fairlead.naming.Path;
import fairlead.telemetry.Metrics;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * What there is one of for each service, shared by routes that differ in their dtab; closed and
 * forgotten with the last of them. Control plane only.
 */
final class ByService<T extends Watch> {
  private final Metrics parent;
  private final BiFunction<Path, Metrics, T> maker;
  private final Map<Path, Held<T>> held = new HashMap<>();

  private static final class Held<T> {
    private final Metrics scope;
    private final T value;
    private int holders;

    Held(Metrics scope, T value) {
      this.scope = scope;
      this.value = value;
    }
  }

  /**
   * Nothing is there yet.
   *
   * @param parent has a scope for each service below
   * @param maker of what is kept of a service, by its name and scope
   */
  ByService(Metrics parent, BiFunction<Path, Metrics, T> maker) {
    this.parent = parent;
    this.maker = maker;
  }

  T hold(Path service) {
    var found =
        held.computeIfAbsent(
            service,
            name -> {
              var scope = parent.scope(name.show().substring(1)).hold();
              return new Held<>(scope, maker.apply(name, scope));
            });
    found.holders++;
    return found.value;
  }

  /** Of a service that is held. */
  T of(Path service) {
    var found = held.get(service);
    if (found == null) {
      throw new IllegalStateException("service: " + service + " (expected: one that is held)");
    }
    return found.value;
  }

  void release(Path service) {
    var found = held.get(service);
    if (found != null && --found.holders == 0) {
      held.remove(service);
      found.value.close();
      found.scope.remove();
    }
  }
}
