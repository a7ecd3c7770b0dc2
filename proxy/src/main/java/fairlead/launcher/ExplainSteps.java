package fairlead.launcher;

import fairlead.activity.State;
import fairlead.interpreter.Delegation;
import fairlead.interpreter.Delegation.Leaf;
import fairlead.naming.Addr;
import fairlead.naming.Dentry;
import fairlead.naming.Endpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a delegation for people: one line a step, deeper steps further in. */
final class ExplainSteps {
  /** A rule that leads to itself is told once, not a hundred times. */
  private static final int ROUNDS = 2;

  private final Map<String, String> transformers;
  private final List<String> lines = new ArrayList<>();

  /** The steps from the name to the one that is being told. */
  private final List<String> above = new ArrayList<>();

  private ExplainSteps(Map<String, String> transformers) {
    this.transformers = transformers;
  }

  static List<String> of(Explanation.Routed routed) {
    var steps = new ExplainSteps(routed.transformers());
    steps.tell(routed.tree(), "");
    return List.copyOf(steps.lines);
  }

  private void tell(Delegation tree, String in) {
    String step = tree.path() + rule(tree.dentry());
    if (above.stream().filter(step::equals).count() >= ROUNDS) {
      lines.add(in + step + "  and so on: the rule leads to itself, the answer would be 502");
      return;
    }
    above.add(step);
    tell(tree, in, in + step);
    above.removeLast();
  }

  private void tell(Delegation tree, String in, String here) {
    String deeper = in + "  ";
    switch (tree) {
      case Delegation.Delegate(var _, var _, var next) -> {
        lines.add(here);
        tell(next, deeper);
      }
      case Delegation.Alt(var _, var _, var branches) -> {
        lines.add(here + "  the first of these that exists:");
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
      case Delegation.Pending _ -> lines.add(here + "  not known yet: discovery has not answered");
      case Delegation.Neg(var _, var _, var doubt) ->
          lines.add(
              here + "  no such name" + (doubt.isEmpty() ? "" : ", as far as is known: " + doubt));
      case Delegation.Fail _ -> lines.add(here + "  ends the search: explicit failure");
      case Delegation.Empty _ ->
          lines.add(here + "  ends the search: exists, with nobody behind it");
    }
  }

  private void leaf(Leaf leaf, String here, String deeper) {
    String left =
        leaf.bound().residual().isEmpty() ? "" : ", left over: " + leaf.bound().residual();
    lines.add(here + "  bound" + left);
    lines.add(deeper + "id " + leaf.bound().id());
    addresses(leaf).forEach(address -> lines.add(deeper + address));
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

  /** What was bound before, then the change of each address, then what is bound now. */
  private void transformation(Delegation.Transformation change, String in) {
    Leaf before = change.before();
    if (before != null) {
      String step = before.path() + rule(before.dentry());
      lines.add(in + step + "  bound");
      lines.add(in + "  id " + before.bound().id());
      if (!(change.tree() instanceof Leaf)) {
        addresses(before).forEach(address -> lines.add(in + "  " + address));
      }
    }
    lines.add(in + change.name() + ":");
    if (before != null && change.tree() instanceof Leaf after) {
      compare(change.name(), before, after).forEach(line -> lines.add(in + "  " + line));
      lines.add(in + "  id " + after.bound().id());
    } else {
      tell(change.tree(), in + "  ");
    }
  }

  private List<String> compare(String kind, Leaf before, Leaf after) {
    var known = Explanation.live(before);
    if (known.isEmpty() || known.get().endpoints().isEmpty()) {
      return addresses(after);
    }
    Set<Endpoint> left = Explanation.live(after).map(Addr.Live::endpoints).orElse(Set.of());
    Map<String, Endpoint> byHost =
        left.stream().collect(Collectors.toMap(ExplainSteps::host, e -> e, (one, _) -> one));
    return known.get().endpoints().stream()
        .sorted(Comparator.comparing(Endpoint::show))
        .map(endpoint -> fate(endpoint, byHost.get(host(endpoint)), left, kind))
        .toList();
  }

  private String fate(
      Endpoint before, @Nullable Endpoint sameHost, Set<Endpoint> left, String kind) {
    if (left.contains(before)) {
      return "kept    " + before;
    }
    return sameHost == null
        ? "dropped " + before + ": " + transformers.getOrDefault(kind, "not let through")
        : "changed " + before + " to " + sameHost;
  }

  private static String host(Endpoint endpoint) {
    return endpoint.address().getHostString();
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
