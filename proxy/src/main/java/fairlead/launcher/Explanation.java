package fairlead.launcher;

import fairlead.activity.State;
import fairlead.discovery.utility.UtilityNamer;
import fairlead.interpreter.Delegation;
import fairlead.interpreter.Delegation.Leaf;
import fairlead.interpreter.DelegationJson;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import fairlead.routing.explain.Explained;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one request would do, as told by the code that routes. Immutable.
 *
 * @param router its label and sockets
 * @param identified one line an identifier that was asked
 * @param routed null when the request is refused before it is routed
 * @param result what the caller gets when no endpoint is asked, or how one is chosen
 */
record Explanation(
    String request,
    String router,
    List<String> identified,
    @Nullable Routed routed,
    String result) {
  Explanation {
    identified = List.copyOf(identified);
  }

  /**
   * Where a request goes.
   *
   * @param name the logical name
   * @param tree every step from the name to endpoints
   * @param ages what discovery says of the age of its values, one line each
   * @param transformers by kind: why it drops what it drops
   * @param balancing how one of the endpoints is chosen
   */
  record Routed(
      String name,
      Delegation tree,
      List<String> ages,
      Map<String, String> transformers,
      Balancing balancing) {
    Routed {
      ages = List.copyOf(ages);
      transformers = Map.copyOf(transformers);
    }

    /** What comes of it. */
    String result(Duration bindingTimeout) {
      Set<Endpoint> endpoints = endpoints();
      if (endpoints.size() == 1) {
        return balancing.out().isEmpty()
            ? "the only one is taken"
            : "the only one is taken, though it is out";
      }
      if (!endpoints.isEmpty()) {
        return balancing.choice();
      }
      if (!tree.settled()) {
        return "not known yet: the request would wait for it, at most "
            + bindingTimeout.toMillis()
            + " ms, and then be answered 502";
      }
      String doubt = doubt(tree);
      if (!doubt.isEmpty()) {
        return "none: the answer would be 503, since nothing is known: " + doubt;
      }
      return used(tree)
          .flatMap(leaf -> live(leaf).map(Addr.Live::metadata).stream())
          .filter(metadata -> metadata.containsKey(UtilityNamer.STATUS))
          .map(metadata -> "none: answered here with " + metadata.get(UtilityNamer.STATUS))
          .findFirst()
          .orElse("none: the answer would be 502");
    }

    /** What routing would choose from now. */
    Set<Endpoint> endpoints() {
      return used(tree)
          .flatMap(leaf -> live(leaf).map(Addr.Live::endpoints).stream())
          .flatMap(Set::stream)
          .collect(Collectors.toSet());
    }
  }

  /** For machines. */
  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("request", request);
    json.put("router", router);
    json.put("identified", identified);
    if (routed != null) {
      json.put("name", routed.name);
      json.put("delegation", DelegationJson.of(routed.tree));
      json.put("discovery", routed.ages);
      json.put("endpoints", shown(routed, Endpoint::show));
      if (!routed.balancing.out().isEmpty()) {
        json.put("out", routed.balancing.json());
      }
    }
    json.put("result", result);
    return json;
  }

  /** For people. */
  String show() {
    return told().show();
  }

  /** In words. */
  Explained told() {
    return routed == null
        ? new Explained(
            request, router, identified, null, List.of(), List.of(), List.of(), result, List.of())
        : new Explained(
            request,
            router,
            identified,
            routed.name,
            ExplainSteps.of(routed),
            routed.ages,
            shown(routed, routed.balancing::show),
            result,
            resolution(routed.tree));
  }

  private static List<String> shown(Routed routed, Function<Endpoint, String> how) {
    return routed.endpoints().stream().map(how).sorted().toList();
  }

  /** The names from the first to the one that traffic goes to, with the rule that led to each. */
  private static List<String> resolution(Delegation tree) {
    var steps = new ArrayList<String>();
    Delegation at = tree;
    while (at != null) {
      String rule = at.dentry() == null ? "" : " (" + at.dentry().show() + ")";
      String step = at.path() + rule;
      if (!(at instanceof Delegation.Transformation)) { // it changes addresses, and no name
        steps.add(step);
      }
      at =
          switch (at) {
            case Delegation.Delegate(var _, var _, var next) -> next;
            case Delegation.Transformation(var _, var _, var before, var next) ->
                before == null ? next : before;
            case Delegation.Alt(var _, var _, var branches) ->
                branches.stream()
                    .filter(branch -> branch.fate() == Delegation.Fate.USED)
                    .map(Delegation.Branch::tree)
                    .findFirst()
                    .orElse(null);
            case Delegation.Union(var _, var _, var shares) ->
                shares.isEmpty() ? null : shares.getFirst().tree();
            case Leaf _,
                Delegation.Failed _,
                Delegation.Pending _,
                Delegation.Neg _,
                Delegation.Fail _,
                Delegation.Empty _ ->
                null;
          };
    }
    return steps;
  }

  /** The leaves that traffic goes to. */
  static Stream<Leaf> used(Delegation tree) {
    return switch (tree) {
      case Delegation.Delegate(var _, var _, var next) -> used(next);
      case Delegation.Transformation(var _, var _, var _, var next) -> used(next);
      case Delegation.Alt(var _, var _, var branches) ->
          branches.stream()
              .filter(branch -> branch.fate() == Delegation.Fate.USED)
              .flatMap(branch -> used(branch.tree()));
      case Delegation.Union(var _, var _, var shares) ->
          shares.stream().flatMap(share -> used(share.tree()));
      case Leaf leaf -> Stream.of(leaf);
      case Delegation.Failed _,
          Delegation.Pending _,
          Delegation.Neg _,
          Delegation.Fail _,
          Delegation.Empty _ ->
          Stream.empty();
    };
  }

  /** Why it is a guess that there is no such name; empty when it is none, or there is one. */
  private static String doubt(Delegation tree) {
    return switch (tree) {
      case Delegation.Delegate(var _, var _, var next) -> doubt(next);
      case Delegation.Transformation(var _, var _, var _, var next) -> doubt(next);
      case Delegation.Alt(var _, var _, var branches) ->
          branches.stream().allMatch(branch -> branch.fate() == Delegation.Fate.NEGATIVE)
              ? first(branches.stream().map(branch -> doubt(branch.tree())))
              : "";
      case Delegation.Union(var _, var _, var shares) ->
          first(shares.stream().map(share -> doubt(share.tree())));
      case Delegation.Neg(var _, var _, var doubt) -> doubt;
      case Leaf _,
          Delegation.Failed _,
          Delegation.Pending _,
          Delegation.Fail _,
          Delegation.Empty _ ->
          "";
    };
  }

  private static String first(Stream<String> doubts) {
    return doubts.filter(doubt -> !doubt.isEmpty()).findFirst().orElse("");
  }

  /** The set behind a leaf, when it is known. */
  static Optional<Addr.Live> live(Leaf leaf) {
    return leaf.addr() instanceof State.Ok<Addr>(Addr.Live live)
        ? Optional.of(live)
        : Optional.empty();
  }
}
