package fairlead.routing;

import fairlead.activity.Activity;
import fairlead.activity.Published;
import fairlead.activity.SerialExecutor;
import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.exchange.AnswerTimeout;
import fairlead.exchange.Failure.TotalTimedOut;
import fairlead.exchange.Filter;
import fairlead.exchange.Stack;
import fairlead.naming.Bound;
import fairlead.naming.NameTree;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One logical name with one request dtab: its live binding and all that its requests have in
 * common. Changed by the control plane only; event loops read what it publishes. A tree once good
 * is replaced by another tree, never by pending or failed ({@code spec/routing.md} §4.5).
 */
final class Route implements LayerCache.Entry {
  private final RouteKey key;
  private final Bindings bindings;
  private final SerialExecutor control;
  private final LogicalService service;
  private final Stack stack;
  private final Published<Resolution> resolution;
  private final List<LoopRoute> parts;

  /** Exchanges that were given this route and have not entered it yet. */
  private final AtomicInteger handedOut = new AtomicInteger();

  /** Clients that count this service's part of their traffic: all that it was ever bound to. */
  private final Set<Client> counted = new HashSet<>();

  private @Nullable BoundTree tree;
  private Watch watch = Watch.NONE;
  private boolean known;

  /** Written by the control plane, read by event loops. */
  private volatile boolean closed;

  private volatile boolean oneShot;

  Route(
      RouteKey key,
      Bindings bindings,
      SerialExecutor control,
      LogicalService service,
      List<Loop> loops) {
    this.key = key;
    this.bindings = bindings;
    this.control = control;
    this.resolution = new Published<>(control);
    this.service = service;
    this.parts =
        loops.stream().map(loop -> new LoopRoute(this, loopStack(loop), control.nanos())).toList();
    this.stack =
        new Stack() // in the order a request meets them
            .then("headers", new ServiceHeaders(key, service))
            .then("stats", service.stats()); // inside of the headers: counts what the backend said
  }

  /** Begins to follow the binding. */
  void start(Activity<NameTree<Bound>> binding) {
    watch = binding.observe(this::accept);
  }

  RouteKey key() {
    return key;
  }

  /** What it shares with routes of the same name. */
  LogicalService service() {
    return service;
  }

  /** The path side of {@code spec/http.md} §1.2. */
  Stack stack() {
    return stack;
  }

  /** What the name is bound to; empty while that is not known. */
  Published<Resolution> resolution() {
    return resolution;
  }

  private Stack loopStack(Loop loop) {
    var stack = new Stack();
    var timeout = service.config().totalTimeout();
    if (timeout != null) { // inside of the stats: a failure; around all attempts
      stack.then("timeout", AnswerTimeout.ofRequests(timeout, loop.executor(), TotalTimedOut::new));
    }
    return stack;
  }

  LoopRoute on(Loop loop) {
    return parts.get(loop.index());
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether it is used for the exchanges that wait for it and then closed. */
  boolean isOneShot() {
    return oneShot;
  }

  /** Not idle until {@link #arrived}. Any thread. */
  void handOut() {
    handedOut.incrementAndGet();
  }

  /** The exchange that it was given to entered it, or is over. Any thread. */
  void arrived() {
    handedOut.decrementAndGet();
    left();
  }

  /** An exchange is over. Any thread. */
  void left() {
    if (oneShot && !closed && isIdle()) {
      control.execute(
          () -> {
            if (isIdle()) {
              close();
            }
          });
    }
  }

  /**
   * Runs {@code what} in the control plane once it is known what the name is bound to, and which
   * addresses that has.
   */
  void whenWarm(Runnable what) {
    var _ =
        resolution.whenKnown(
            control,
            () -> {
              var clients = new ArrayDeque<Client>();
              if (resolution.read() instanceof Resolution.Bound(var selector, var _)) {
                selector.forEach(one -> clients.add(one.name().client()));
              }
              whenKnown(clients, what);
            });
  }

  private void whenKnown(ArrayDeque<Client> clients, Runnable what) {
    var next = clients.poll();
    if (next == null) {
      what.run();
    } else {
      var _ = next.members().whenKnown(control, () -> whenKnown(clients, what));
    }
  }

  private void accept(State<NameTree<Bound>> state) {
    switch (state) {
      case State.Pending<NameTree<Bound>> _ -> {}
      case State.Failed<NameTree<Bound>>(var reason) -> {
        if (!known) {
          resolution.publish(new Resolution.Failed(reason));
        }
      }
      case State.Ok<NameTree<Bound>>(var bound) -> {
        known = true;
        become(bindings.tree(bound));
      }
    }
  }

  private void become(BoundTree next) {
    next.hold();
    counted.removeIf(Client::isClosed);
    var selector = Selector.of(next.tree(), this::statsOf);
    resolution.publish(new Resolution.Bound(selector, next.tree()));
    if (tree != null) {
      tree.release(control.nanos());
    }
    tree = next;
  }

  private Filter statsOf(BoundName name) {
    var client = name.client();
    if (counted.add(client)) {
      client.services().hold(key.name());
    }
    var stats = client.services().of(key.name());
    int size = key.local().dentries().size();
    return size == 0 ? stats : new DtabSizes(stats, client.dtabs(), size);
  }

  @Override
  public boolean isIdle() {
    return handedOut.get() == 0 && parts.stream().allMatch(LoopRoute::isIdle);
  }

  @Override
  public long idleSince() {
    long now = control.nanos();
    long last = Long.MIN_VALUE;
    for (var part : parts) {
      last = Math.max(last, part.lastUse() - now);
    }
    return last + now;
  }

  @Override
  public void makeOneShot() {
    oneShot = true;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    watch.close();
    long lastUse = idleSince();
    for (var client : counted) {
      client.services().release(key.name());
    }
    if (tree != null) {
      tree.release(lastUse);
    }
    bindings.closed(this);
  }
}
