package fairlead.balance;

import fairlead.activity.Activity;
import fairlead.activity.Published;
import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.balance.Members.Known;
import fairlead.balance.Members.Member;
import fairlead.balance.Members.Unavailable;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import fairlead.telemetry.Metrics;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
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
  private final BalancerConfig config;
  private final Function<InetSocketAddress, EndpointState> newState;
  private final Consumer<EndpointState> added;
  private final Runnable changed;
  private final Metrics.Counter adds;
  private final Metrics.Counter removes;
  private final Metrics.Counter updates;
  private final Metrics.Counter rebuilds;
  private final Watch watch;
  private final List<Watch> gauges;

  /** In the order of addresses. Guarded by the control plane's executor. */
  private Map<InetSocketAddress, Member> current = Map.of();

  private boolean known;

  /**
   * What a balancer works with, besides the addresses.
   *
   * @param members where to put each set
   * @param newState makes the state of an endpoint that was not among the last set
   * @param added told of each that came after the first set
   * @param changed told after each change, inside the control plane
   */
  public record Parts(
      BalancerConfig config,
      Published<Members> members,
      Function<InetSocketAddress, EndpointState> newState,
      Consumer<EndpointState> added,
      Runnable changed) {}

  /**
   * Observes {@code addr} until closed.
   *
   * @param metrics the scope {@code loadbalancer}
   * @param nanos the time
   */
  public Balancer(Activity<Addr> addr, Parts parts, Metrics metrics, LongSupplier nanos) {
    this.members = parts.members;
    this.config = parts.config;
    this.newState = parts.newState;
    this.added = parts.added;
    this.changed = parts.changed;
    this.adds = metrics.counter("adds");
    this.removes = metrics.counter("removes");
    this.updates = metrics.counter("updates");
    this.rebuilds = metrics.counter("rebuilds");
    this.gauges =
        List.of(
            metrics.gauge("size", () -> now().size()),
            metrics.gauge("available", () -> now().stream().filter(Balancer::isOpen).count()),
            metrics.gauge("busy", () -> now().stream().filter(m -> !isOpen(m)).count()),
            metrics.gauge("closed", () -> 0), // what is closed is no member any more
            metrics.gauge("load", () -> load(nanos.getAsLong())),
            metrics.gauge("num_weight_classes", this::weightClasses),
            metrics.gauge("meanweight", this::meanWeight),
            metrics.details("endpoint", () -> endpoints(nanos.getAsLong())));
    this.watch = addr.observe(this::accept);
  }

  private List<Member> now() {
    return members.read() instanceof Known(var all, var _, var _) ? all : List.of();
  }

  private Map<String, Map<String, Double>> endpoints(long now) {
    var all = new HashMap<String, Map<String, Double>>();
    for (var member : now()) {
      var state = member.state();
      all.put(
          member.endpoint().show(),
          Map.of(
              "load",
              state.load(now),
              "pending",
              (double) state.sessions().sum(),
              "weight",
              member.endpoint().weight(),
              "available",
              isOpen(member) ? 1.0 : 0.0));
    }
    return all;
  }

  private static boolean isOpen(Member member) {
    return member.state().health().isOpen();
  }

  private double load(long now) {
    return now().stream().mapToDouble(member -> member.state().load(now)).sum();
  }

  private double weightClasses() {
    return now().stream().mapToDouble(m -> m.endpoint().weight()).distinct().count();
  }

  private double meanWeight() {
    return now().stream().mapToDouble(m -> m.endpoint().weight()).average().orElse(0);
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
        switch (addr) {
          case Addr.Neg _ -> update(Set.of(), Map.of());
          case Addr.Live(var endpoints, var metadata) -> update(endpoints, metadata);
        }
        known = true;
      }
    }
  }

  private static Ring ring(List<Member> members) {
    return Ring.of(
        members.stream().map(Member::endpoint).filter(endpoint -> !endpoint.isReserve()).toList());
  }

  private void update(Set<Endpoint> endpoints, Map<String, String> metadata) {
    var next = new LinkedHashMap<InetSocketAddress, Member>();
    for (var endpoint : sorted(withOnProbation(endpoints))) {
      var before = current.get(endpoint.address());
      next.put(
          endpoint.address(),
          new Member(endpoint, before == null ? add(endpoint) : before.state()));
    }
    for (var entry : current.entrySet()) {
      if (!next.containsKey(entry.getKey())) {
        removes.increment();
        entry.getValue().state().close();
      }
    }
    updates.increment();
    rebuilds.increment();
    current = next;
    var list = List.copyOf(next.values());
    boolean onRing = config.algorithm() instanceof BalancerConfig.RingHash;
    publish(new Known(list, metadata, onRing ? ring(list) : null));
  }

  private EndpointState add(Endpoint endpoint) {
    adds.increment();
    var state = newState.apply(endpoint.address());
    if (known) {
      added.accept(state);
    }
    return state;
  }

  /** Discovery's endpoints, and those it has dropped that are open ({@code spec/client.md} §6). */
  private Set<Endpoint> withOnProbation(Set<Endpoint> endpoints) {
    if (!config.probation()) {
      return endpoints;
    }
    var all = new HashSet<>(endpoints);
    var addresses = endpoints.stream().map(Endpoint::address).collect(Collectors.toSet());
    current.values().stream()
        .filter(member -> !addresses.contains(member.endpoint().address()) && isOpen(member))
        .forEach(member -> all.add(member.endpoint()));
    return all;
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
    current.values().forEach(member -> member.state().close());
  }
}
