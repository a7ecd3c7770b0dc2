package fairlead.balance;

import fairlead.activity.Activity;
import fairlead.activity.Published;
import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.balance.Members.Known;
import fairlead.balance.Members.Unavailable;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import fairlead.telemetry.Metrics;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps the set of endpoints of one client. Control plane only; publishes the set to the event
 * loops. A set once known is replaced only by another: pending and failed are ignored from then on,
 * a negative empties it ({@code spec/routing.md} §4.5).
 */
public final class Balancer implements Watch {
  private static final Comparator<Endpoint> HEAVIEST =
      Comparator.comparingDouble(Endpoint::weight).reversed();

  private final Published<Members> members;
  private final Runnable changed;
  private final Metrics.Counter adds;
  private final Metrics.Counter removes;
  private final Metrics.Counter updates;
  private final Metrics.Counter rebuilds;
  private final Watch watch;
  private final List<Watch> gauges;

  /** Guarded by the control plane's executor. */
  private Set<InetSocketAddress> current = Set.of();

  private boolean known;

  /**
   * Observes {@code addr} until closed.
   *
   * @param members where to put each set
   * @param metrics the scope {@code loadbalancer}
   * @param changed told after each change, inside the control plane
   */
  public Balancer(
      Activity<Addr> addr, Published<Members> members, Metrics metrics, Runnable changed) {
    this.members = members;
    this.changed = changed;
    this.adds = metrics.counter("adds");
    this.removes = metrics.counter("removes");
    this.updates = metrics.counter("updates");
    this.rebuilds = metrics.counter("rebuilds");
    this.gauges =
        List.of(
            metrics.gauge("size", () -> endpoints().size()),
            metrics.gauge("available", () -> endpoints().size()), // nothing takes one out yet
            metrics.gauge("busy", () -> 0),
            metrics.gauge("closed", () -> 0),
            metrics.gauge("num_weight_classes", this::weightClasses),
            metrics.gauge("meanweight", this::meanWeight));
    this.watch = addr.observe(this::accept);
  }

  private List<Endpoint> endpoints() {
    return members.read() instanceof Known(var endpoints, var _) ? endpoints : List.of();
  }

  private double weightClasses() {
    return endpoints().stream().mapToDouble(Endpoint::weight).distinct().count();
  }

  private double meanWeight() {
    return endpoints().stream().mapToDouble(Endpoint::weight).average().orElse(0);
  }

  private void accept(State<Addr> state) {
    switch (state) {
      case State.Pending<Addr> _ -> {}
      case State.Failed<Addr>(var reason) -> {
        if (!known) {
          publish(new Unavailable(reason));
        }
      }
      case State.Ok<Addr>(var addr) -> {
        known = true;
        switch (addr) {
          case Addr.Neg _ -> update(Set.of(), Map.of());
          case Addr.Live(var endpoints, var metadata) -> update(endpoints, metadata);
        }
      }
    }
  }

  private void update(Set<Endpoint> endpoints, Map<String, String> metadata) {
    var list = sorted(endpoints);
    var next = list.stream().map(Endpoint::address).collect(Collectors.toUnmodifiableSet());
    var added = new HashSet<>(next);
    added.removeAll(current);
    var removed = new HashSet<>(current);
    removed.removeAll(next);
    adds.add(added.size());
    removes.add(removed.size());
    updates.increment();
    rebuilds.increment();
    current = next;
    publish(new Known(list, metadata));
  }

  private void publish(Members next) {
    members.publish(next);
    changed.run();
  }

  /** By address; what is said twice of one counts once, with the greater weight. */
  private static List<Endpoint> sorted(Set<Endpoint> endpoints) {
    var seen = new HashSet<InetSocketAddress>();
    return endpoints.stream()
        .sorted(Comparator.comparing(Endpoint::show).thenComparing(HEAVIEST))
        .filter(endpoint -> seen.add(endpoint.address()))
        .toList();
  }

  @Override
  public void close() {
    watch.close();
    gauges.forEach(Watch::close);
  }
}
