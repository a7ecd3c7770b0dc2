package fairlead.routing;

import fairlead.balance.Members;
import fairlead.balance.Node;
import fairlead.balance.P2cPicker;
import fairlead.balance.Picker;
import fairlead.balance.WeightedPicker;
import fairlead.exchange.Stack;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client as one event loop sees it: its own pools, loads and picker. Event loop only. */
final class LoopClient {
  /** Set metadata of {@code /$/io.buoyant.http.status/CODE}. */
  private static final String STATUS = "status";

  private final Client client;
  private final Loop loop;
  private Map<InetSocketAddress, EndpointNode> nodes = Map.of();
  private @Nullable Members seen;
  private @Nullable Picker<EndpointNode> picker;
  private @Nullable StatusStream localStatus;
  private Stack stack;

  LoopClient(Client client, Loop loop) {
    this.client = client;
    this.loop = loop;
    this.stack = client.attemptStack(loop, null);
  }

  Client client() {
    return client;
  }

  /** What an attempt passes before an endpoint is picked. */
  Stack stack() {
    return stack;
  }

  /** The latest set, or null while nothing is known of it. */
  @Nullable Members members() {
    refresh();
    return seen;
  }

  /** An endpoint that is not among {@code tried}, or any when all are; null when there is none. */
  @Nullable EndpointNode pick(List<EndpointNode> tried) {
    if (picker == null) {
      return null;
    }
    var picked = picker.pick();
    if (tried.isEmpty() || picked == null || !tried.contains(picked)) {
      return picked;
    }
    var others = new ArrayList<>(nodes.values());
    others.removeAll(tried);
    return others.isEmpty() ? picked : others.get(loop.random().nextInt(others.size()));
  }

  /** Answers in the endpoints' place, or null when they do. */
  @Nullable StatusStream localStatus() {
    return localStatus;
  }

  /** Whether there is an endpoint that takes requests. */
  boolean isOpen() {
    for (var node : nodes.values()) {
      if (node.status() == Node.Status.OPEN) {
        return true;
      }
    }
    return false;
  }

  int size() {
    return nodes.size();
  }

  /** Takes the latest set over. */
  @SuppressWarnings("ReferenceEquality") // a new set is a new object; contents cost each request
  void refresh() {
    var latest = client.members().read();
    if (latest == seen) {
      return;
    }
    seen = latest;
    if (latest instanceof Members.Known(var endpoints, var metadata)) {
      stack = client.attemptStack(loop, metadata.get(Addr.Live.AUTHORITY));
      String status = metadata.get(STATUS);
      localStatus = status == null ? null : new StatusStream(Integer.parseInt(status));
      replace(endpoints);
    }
  }

  /** Closes every pool; what is in progress ends by itself. */
  void close() {
    nodes.values().forEach(EndpointNode::remove);
  }

  private void replace(List<Endpoint> endpoints) {
    var old = new HashMap<>(nodes);
    var next = new HashMap<InetSocketAddress, EndpointNode>();
    var ordered = new ArrayList<EndpointNode>();
    for (var endpoint : endpoints) {
      var kept = old.remove(endpoint.address());
      var node = kept == null ? client.newNode(endpoint, loop) : kept;
      node.become(endpoint);
      next.put(endpoint.address(), node);
      ordered.add(node);
    }
    old.values().forEach(EndpointNode::remove);
    nodes = next;
    picker =
        WeightedPicker.over(
            ordered,
            group ->
                new P2cPicker<>(
                    group, loop.random(), client.config().maxEffort(), client.maxEffortExhausted()),
            loop.random(),
            client.busyWeightClasses());
  }
}
