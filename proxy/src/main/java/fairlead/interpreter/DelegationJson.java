package fairlead.interpreter;

import fairlead.activity.State;
import fairlead.interpreter.Delegation.Fate;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Dentry;
import fairlead.naming.Endpoint;
import fairlead.naming.NameTrees;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Delegations as plain JSON values, fields in order ({@code spec/admin.md} §5). Any thread. */
public final class DelegationJson {
  private DelegationJson() {}

  /**
   * The node and all below it. Alternatives that routing never reaches carry {@code "taken": false}
   * ({@code spec/seen-defects.md} D15).
   */
  public static Map<String, Object> of(Delegation node) {
    var json = new LinkedHashMap<String, Object>();
    json.put("type", type(node));
    json.put("path", node.path());
    Dentry rule = node.dentry();
    if (rule != null) {
      json.put(
          "dentry", ordered("prefix", rule.prefix().show(), "dst", NameTrees.show(rule.dst())));
    }
    switch (node) {
      case Delegation.Delegate(var _, var _, var tree) -> json.put("delegate", of(tree));
      case Delegation.Alt(var _, var _, var branches) ->
          json.put("alt", branches.stream().map(DelegationJson::branch).toList());
      case Delegation.Union(var _, var _, var shares) ->
          json.put(
              "union",
              shares.stream()
                  .map(share -> ordered("weight", share.weight(), "tree", of(share.tree())))
                  .toList());
      case Delegation.Leaf(var _, var _, var bound, var addr) ->
          json.put("bound", bound(bound, addr));
      case Delegation.Transformation transformation -> transformation(json, transformation);
      case Delegation.Failed(var _, var _, var reason) -> json.put("message", reason);
      case Delegation.Pending _ -> json.put("message", "not known yet");
      case Delegation.Neg _, Delegation.Fail _, Delegation.Empty _ -> {}
    }
    return json;
  }

  private static String type(Delegation node) {
    return switch (node) {
      case Delegation.Delegate _ -> "delegate";
      case Delegation.Alt _ -> "alt";
      case Delegation.Union _ -> "union";
      case Delegation.Leaf _ -> "leaf";
      case Delegation.Transformation _ -> "transformation";
      case Delegation.Failed _, Delegation.Pending _ -> "exception";
      case Delegation.Neg _ -> "neg";
      case Delegation.Fail _ -> "fail";
      case Delegation.Empty _ -> "empty";
    };
  }

  private static Map<String, Object> branch(Delegation.Branch branch) {
    Map<String, Object> json = of(branch.tree());
    if (branch.fate() == Fate.CUT_OFF) {
      json.put("taken", false);
    }
    return json;
  }

  private static void transformation(
      Map<String, Object> json, Delegation.Transformation transformation) {
    json.put("name", transformation.name());
    Delegation.Leaf before = transformation.before();
    if (before != null) {
      json.put("bound", bound(before.bound(), before.addr()));
    }
    json.put("tree", of(transformation.tree()));
  }

  private static Map<String, Object> bound(Bound bound, State<Addr> addr) {
    return ordered("addr", addr(addr), "id", bound.id().show(), "path", bound.residual().show());
  }

  /** An address set as shown in delegations and by {@code /api/1/addr}. */
  public static Map<String, Object> addr(State<Addr> state) {
    return switch (state) {
      case State.Pending<Addr> _ -> ordered("type", "pending");
      case State.Failed<Addr>(var reason) -> ordered("type", "failed", "cause", reason);
      case State.Ok<Addr>(Addr.Neg _) -> ordered("type", "neg");
      case State.Ok<Addr>(Addr.Live live) ->
          ordered("type", "bound", "addrs", endpoints(live), "meta", live.metadata());
    };
  }

  private static List<Map<String, Object>> endpoints(Addr.Live live) {
    return live.endpoints().stream()
        .filter(endpoint -> !endpoint.address().isUnresolved())
        .sorted(Comparator.comparing(Endpoint::show))
        .map(
            endpoint ->
                ordered(
                    "ip",
                    endpoint.address().getAddress().getHostAddress(),
                    "port",
                    endpoint.address().getPort(),
                    "meta",
                    meta(endpoint)))
        .toList();
  }

  private static Map<String, Object> meta(Endpoint endpoint) {
    var meta = new TreeMap<String, Object>(endpoint.metadata());
    if (endpoint.weight() != 1.0) {
      meta.put("endpoint_addr_weight", endpoint.weight());
    }
    return meta;
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
