package fairlead.routing;

import fairlead.balance.BalancerConfig;
import fairlead.balance.Members;
import fairlead.balance.Node;
import fairlead.balance.Picker;
import fairlead.exchange.Exchange;
import fairlead.exchange.Stack;
import fairlead.naming.Addr;
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
  private final Warming warming = new Warming();
  private final boolean startsSlowly;
  private final boolean hasLimits;
  private Map<InetSocketAddress, EndpointNode> nodes = Map.of();
  private final @Nullable Outsiders outsiders;
  private @Nullable Members seen;
  private @Nullable Picker<EndpointNode> picker;

  /** Used only when none of the others can be. */
  private List<EndpointNode> reserves = List.of();

  private @Nullable StatusStream localStatus;
  private Stack stack;

  LoopClient(Client client, Loop loop) {
    this.client = client;
    this.loop = loop;
    this.startsSlowly = !client.config().balancer().slowStart().isOff();
    this.hasLimits = client.config().concurrency() != null;
    this.outsiders =
        client.config().balancer().algorithm() instanceof BalancerConfig.Aperture aperture
            ? new Outsiders(loop, aperture.smoothWindow(), client.pickers().expired())
            : null;
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

  /**
   * An endpoint for {@code exchange} that is not among {@code tried}, or any when all are; null
   * when there is none. A full one when all that might do are full.
   */
  @Nullable EndpointNode pick(Exchange exchange, List<EndpointNode> tried) {
    var from = picker;
    if (from == null) {
      return null;
    }
    if (startsSlowly) {
      int changes = client.pickers().shared().changes().get();
      warming.draw(nodes.values(), changes, exchange.nanoTime(), loop.random());
    }
    long key = AffinityKey.of(client.config().balancer().algorithm(), exchange);
    var picked = withRoom(untried(from.pick(key), tried), tried);
    if (picked == null || !picked.isOpen() || tried.contains(picked)) {
      return orReserve(picked, exchange, tried);
    }
    if (picked.isFull() || picked.state().health().admit(exchange)) {
      return picked;
    }
    // Another request was quicker to try it.
    picked = withRoom(untried(from.pick(key), tried), tried);
    if (picked != null && picked.isOpen()) {
      if (picked.isFull()) {
        return picked;
      }
      picked.state().health().admit(exchange);
      return picked;
    }
    return orReserve(picked, exchange, tried);
  }

  /** At random: whoever is left is to share the load, and knows no load yet. */
  private @Nullable EndpointNode orReserve(
      @Nullable EndpointNode picked, Exchange exchange, List<EndpointNode> tried) {
    if (reserves.isEmpty()) {
      return picked;
    }
    var open = reserves.stream().filter(node -> node.isOpen() && !tried.contains(node)).toList();
    if (open.isEmpty()) {
      return picked;
    }
    var reserve = open.get(loop.random().nextInt(open.size()));
    reserve.state().health().admit(exchange);
    return reserve;
  }

  private @Nullable EndpointNode untried(@Nullable EndpointNode picked, List<EndpointNode> tried) {
    if (picked == null || !tried.contains(picked)) {
      return picked;
    }
    var others = new ArrayList<>(nodes.values());
    others.removeAll(tried);
    others.removeIf(node -> node.endpoint().isReserve());
    var open = others.stream().filter(EndpointNode::isOpen).toList();
    var best = open.isEmpty() ? others : open;
    return best.isEmpty() ? picked : best.get(loop.random().nextInt(best.size()));
  }

  /** {@code picked}, or the least loaded that takes requests now, wherever pickers look. */
  private @Nullable EndpointNode withRoom(@Nullable EndpointNode picked, List<EndpointNode> tried) {
    if (!hasLimits || picked == null || rank(picked) == 0) {
      return picked;
    }
    var best = picked;
    for (var node : nodes.values()) {
      if (!tried.contains(node) && !node.endpoint().isReserve()) {
        int better = Integer.compare(rank(node), rank(best));
        best = better < 0 || (better == 0 && node.load() < best.load()) ? node : best;
      }
    }
    return best;
  }

  /** One that is full is well, and so comes before one that is out. */
  private static int rank(EndpointNode node) {
    if (node.isOpen()) {
      return node.isFull() ? 1 : 0;
    }
    return 2;
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
    if (latest instanceof Members.Known known) {
      var metadata = known.metadata();
      stack = client.attemptStack(loop, metadata.get(Addr.Live.AUTHORITY));
      String status = metadata.get(STATUS);
      localStatus = status == null ? null : new StatusStream(Integer.parseInt(status));
      replace(known);
    }
  }

  /** Closes every pool; what is in progress ends by itself. */
  void close() {
    if (outsiders != null) {
      outsiders.close();
    }
    nodes.values().forEach(EndpointNode::remove);
  }

  private void replace(Members.Known known) {
    var old = new HashMap<>(nodes);
    var byAddress = new HashMap<InetSocketAddress, EndpointNode>();
    var ordered = new ArrayList<EndpointNode>();
    var reserved = new ArrayList<EndpointNode>();
    for (var member : known.members()) {
      var address = member.endpoint().address();
      var kept = old.get(address);
      var node = kept != null && isOf(kept, member) ? kept : client.newNode(member, loop);
      old.remove(address, node);
      node.become(member.endpoint());
      byAddress.put(address, node);
      (member.endpoint().isReserve() ? reserved : ordered).add(node);
    }
    old.values().forEach(EndpointNode::remove);
    nodes = byAddress;
    reserves = List.copyOf(reserved);
    warming.lookAgain();
    var next = client.pickers().over(ordered, known.ring(), loop.random());
    picker = next;
    if (outsiders != null) {
      outsiders.follow(ordered, next);
    }
  }

  /** One that went and came back while this loop did not look is a new one. */
  @SuppressWarnings("ReferenceEquality") // a state is itself alone
  private static boolean isOf(EndpointNode node, Members.Member member) {
    return node.state() == member.state();
  }
}
