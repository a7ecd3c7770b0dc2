package fairlead.launcher;

import fairlead.balance.BalancerConfig;
import fairlead.balance.BalancerConfig.Affinity;
import fairlead.client.ClientConfigs;
import fairlead.interpreter.Delegation;
import fairlead.naming.Endpoint;
import fairlead.naming.Path;
import fairlead.routing.ClientState;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How one of several endpoints is chosen, and who is left out of it. Immutable.
 *
 * @param choice a line for each kind that is used
 * @param out those that failed
 */
record Balancing(String choice, Map<Endpoint, ClientState.Out> out) {
  Balancing {
    out = Map.copyOf(out);
  }

  /** Among the endpoints that {@code tree} leads to; {@code live} says what is known of them. */
  static Balancing of(Delegation tree, ClientConfigs configs, Map<Path, ClientState> live) {
    var ids = Explanation.used(tree).map(leaf -> leaf.bound().id()).distinct().toList();
    var out = new HashMap<Endpoint, ClientState.Out>();
    for (Path id : ids) {
      var known = live.get(id);
      if (known != null) {
        out.putAll(known.out());
      }
    }
    String choice =
        ids.stream()
            .map(id -> describe(configs.of(id).balancer().algorithm()))
            .distinct()
            .collect(Collectors.joining("; or "));
    return new Balancing(choice, out);
  }

  /** The endpoint, and why it is left out if it is. */
  String show(Endpoint endpoint) {
    var why = out.get(endpoint);
    return why == null ? endpoint.toString() : endpoint + "  " + why.show();
  }

  Map<String, String> json() {
    var json = new TreeMap<String, String>();
    out.forEach((endpoint, why) -> json.put(endpoint.show(), why.show()));
    return json;
  }

  private static String describe(BalancerConfig.Algorithm algorithm) {
    return switch (algorithm) {
      case BalancerConfig.P2c _ -> "p2c: the less loaded of two drawn";
      case BalancerConfig.Ewma _ -> "ewma: the one of two drawn that costs less time";
      case BalancerConfig.Aperture _ -> "aperture: the less loaded of two drawn from a few";
      case BalancerConfig.Heap _ -> "heap: the least loaded";
      case BalancerConfig.RoundRobin _ -> "roundRobin: the next in turn";
      case BalancerConfig.RingHash(var _, Affinity.Header(var name)) ->
          "io.l5d.ringHash: the same one for the same header " + name;
      case BalancerConfig.RingHash(var _, Affinity.Cookie(var name)) ->
          "io.l5d.ringHash: the same one for the same cookie " + name;
      case BalancerConfig.RingHash(var _, Affinity.CallerAddress _) ->
          "io.l5d.ringHash: the same one for the same caller";
    };
  }
}
