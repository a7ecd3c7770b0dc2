package fairlead.launcher;

import fairlead.activity.State;
import fairlead.interpreter.Delegation;
import fairlead.interpreter.Delegation.Leaf;
import fairlead.interpreter.DelegationJson;
import fairlead.naming.Addr;
import fairlead.naming.Dentry;
import fairlead.naming.Endpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one request would do, as told by the code that routes. Immutable.
 *
 * @param router its label and sockets
 * @param identified one line an identifier that was asked
 * @param name the logical name; null when no identifier knew one
 * @param tree every step from the name to endpoints; null without a name
 * @param ages what discovery says of the age of its values, one line each
 */
record Explanation(
    String request,
    String router,
    List<String> identified,
    @Nullable String name,
    @Nullable Delegation tree,
    List<String> ages,
    String balancer) {
  Explanation {
    identified = List.copyOf(identified);
    ages = List.copyOf(ages);
  }

  /** For machines. */
  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("request", request);
    json.put("router", router);
    json.put("identified", identified);
    if (name != null) {
      json.put("name", name);
    }
    if (tree != null) {
      json.put("delegation", DelegationJson.of(tree));
    }
    json.put("discovery", ages);
    json.put("endpoints", endpoints().stream().map(Endpoint::show).toList());
    json.put("balancer", balancer);
    return json;
  }

  /** For people. */
  String show() {
    var text = new StringBuilder();
    section(text, "request", List.of(request));
    section(text, "router", List.of(router));
    section(text, "identify", identified);
    if (tree == null) {
      section(text, "result", List.of("400: no identifier knows a name for this request"));
      return text.toString();
    }
    var steps = new ArrayList<String>();
    new Steps(steps).tell(tree, "");
    section(text, "delegate", steps);
    if (!ages.isEmpty()) {
      section(text, "discovery", ages);
    }
    var endpoints = endpoints().stream().map(Endpoint::toString).sorted().toList();
    section(
        text,
        "endpoints",
        endpoints.isEmpty() ? List.of("none: the answer would be 502") : endpoints);
    if (!endpoints.isEmpty()) {
      section(text, "balance", List.of(balancer));
    }
    return text.toString();
  }

  private static void section(StringBuilder text, String title, List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      text.append(String.format("%-10s %s%n", i == 0 ? title : "", lines.get(i)));
    }
  }

  /** What routing would choose from now. */
  Set<Endpoint> endpoints() {
    return tree == null ? Set.of() : endpoints(tree);
  }

  private static Set<Endpoint> endpoints(Delegation tree) {
    return switch (tree) {
      case Delegation.Delegate(var _, var _, var next) -> endpoints(next);
      case Delegation.Transformation(var _, var _, var _, var next) -> endpoints(next);
      case Delegation.Alt(var _, var _, var branches) ->
          branches.stream()
              .filter(branch -> branch.fate() == Delegation.Fate.USED)
              .flatMap(branch -> endpoints(branch.tree()).stream())
              .collect(Collectors.toSet());
      case Delegation.Union(var _, var _, var shares) ->
          shares.stream()
              .flatMap(share -> endpoints(share.tree()).stream())
              .collect(Collectors.toSet());
      case Leaf leaf -> live(leaf);
      case Delegation.Failed _,
          Delegation.Pending _,
          Delegation.Neg _,
          Delegation.Fail _,
          Delegation.Empty _ ->
          Set.of();
    };
  }

  private static Set<Endpoint> live(Leaf leaf) {
    return leaf.addr() instanceof State.Ok<Addr>(Addr.Live(var endpoints, var _))
        ? endpoints
        : Set.of();
  }

  /** Writes one line a step, deeper steps further in. */
  private record Steps(List<String> lines) {
    void tell(Delegation tree, String in) {
      String here = in + tree.path() + rule(tree.dentry());
      String deeper = in + "  ";
      switch (tree) {
        case Delegation.Delegate(var _, var _, var next) -> {
          lines.add(here);
          tell(next, deeper);
        }
        case Delegation.Alt(var _, var _, var branches) -> {
          lines.add(here + "  first that is known of:");
          for (var branch : branches) {
            lines.add(deeper + "| " + word(branch.fate()));
            tell(branch.tree(), deeper + "  ");
          }
        }
        case Delegation.Union(var _, var _, var shares) -> {
          lines.add(here + "  split by weight:");
          for (var share : shares) {
            lines.add(deeper + "& " + share.weight());
            tell(share.tree(), deeper + "  ");
          }
        }
        case Leaf leaf -> leaf(leaf, here, deeper);
        case Delegation.Transformation change -> transformation(change, in);
        case Delegation.Failed(var _, var _, var reason) -> lines.add(here + "  failed: " + reason);
        case Delegation.Pending _ ->
            lines.add(here + "  not known yet: discovery has not answered");
        case Delegation.Neg(var _, var _, var doubt) ->
            lines.add(
                here
                    + "  no such name"
                    + (doubt.isEmpty() ? "" : ", as far as is known: " + doubt));
        case Delegation.Fail _ -> lines.add(here + "  ends the search: explicit failure");
        case Delegation.Empty _ ->
            lines.add(here + "  ends the search: exists, with nobody behind it");
      }
    }

    private void leaf(Leaf leaf, String here, String deeper) {
      lines.add(
          here
              + "  bound"
              + (leaf.bound().residual().isEmpty()
                  ? ""
                  : ", left over: " + leaf.bound().residual()));
      lines.add(deeper + "id " + leaf.bound().id());
      for (String address : addresses(leaf)) {
        lines.add(deeper + address);
      }
    }

    private void transformation(Delegation.Transformation change, String in) {
      Leaf before = change.before();
      if (before != null) {
        tell(before, in);
      }
      lines.add(in + change.name() + ":");
      if (before != null && change.tree() instanceof Leaf after) {
        lines.addAll(
            compare(change.name(), before, after).stream().map(line -> in + "  " + line).toList());
      }
      tell(change.tree(), in + "  ");
    }

    private static List<String> compare(String kind, Leaf before, Leaf after) {
      Set<String> kept = live(after).stream().map(Steps::host).collect(Collectors.toSet());
      return live(before).stream()
          .sorted(Comparator.comparing(Endpoint::show))
          .map(
              endpoint ->
                  kept.contains(host(endpoint))
                      ? "kept    " + endpoint
                      : "dropped " + endpoint + ": not what " + kind + " lets through")
          .toList();
    }

    private static String host(Endpoint endpoint) {
      return endpoint.address().getHostString();
    }

    private static List<String> addresses(Leaf leaf) {
      return switch (leaf.addr()) {
        case State.Pending<Addr> _ -> List.of("addresses not known yet");
        case State.Failed<Addr>(var reason) -> List.of("addresses failed: " + reason);
        case State.Ok<Addr>(Addr.Neg _) -> List.of("no address is left");
        case State.Ok<Addr>(Addr.Live(var endpoints, var _)) ->
            endpoints.isEmpty()
                ? List.of("the set is empty")
                : endpoints.stream().map(endpoint -> "- " + endpoint).sorted().toList();
      };
    }

    private static String word(Delegation.Fate fate) {
      return switch (fate) {
        case NEGATIVE -> "tried, no such name:";
        case USED -> "used:";
        case SPARE -> "spare, if the one before becomes negative:";
        case CUT_OFF -> "never tried, the search ended before:";
      };
    }

    private static String rule(@Nullable Dentry dentry) {
      return dentry == null ? "" : "  (" + dentry.show() + ")";
    }
  }
}
