package fairlead.routing;

import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.interpreter.Interpreter;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.routing.RouterConfig.BindingCache;
import fairlead.telemetry.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What logical names are bound to, in four layers: path, tree, bound name, client ({@code
 * spec/routing.md} §6). Control plane only, but for {@link #lookUp}.
 */
final class Bindings {
  /** How often it is asked who still uses what is to go. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  private final Interpreter interpreter;
  private final SerialExecutor control;
  private final Dtab dtab;
  private final Client.Shared clientShared;
  private final BindingCache config;
  private final LayerCache<RouteKey, Route> paths;
  private final LayerCache<NameTree<Bound>, BoundTree> trees;
  private final LayerCache<Bound, BoundName> bounds;
  private final LayerCache<Path, Client> clients;
  private final ByService<LogicalService> services;
  private final List<Consumer<List<Route>>> listeners = new ArrayList<>();

  /** Closed, and those who listen are to be told. */
  private final List<Route> gone = new ArrayList<>();

  private @Nullable Watch sweep;
  private boolean closed;

  /** Also those that are in no cache. */
  private int openRoutes;

  /**
   * Empty.
   *
   * @param metrics {@code rt/<label>}
   */
  Bindings(
      RouterConfig config, Interpreter interpreter, Client.Shared clientShared, Metrics metrics) {
    this.interpreter = interpreter;
    this.control = clientShared.control();
    this.dtab = config.dtab();
    this.clientShared = clientShared;
    this.config = config.bindingCache();
    var scope = metrics.scope("bindcache");
    this.paths = new LayerCache<>(this.config.paths(), scope.scope("path"));
    this.trees = new LayerCache<>(this.config.trees(), scope.scope("tree"));
    this.bounds = new LayerCache<>(this.config.bounds(), scope.scope("bound"));
    this.clients = new LayerCache<>(this.config.clients(), scope.scope("client"));
    int loops = clientShared.loops().size();
    this.services =
        new ByService<>(
            metrics.scope("service"),
            (name, of) ->
                new LogicalService(
                    config.service().of(name), loops, control::nanos, clientShared.streams(), of));
  }

  /**
   * Tells {@code listener}, inside the control plane, of routes that were closed: of all that
   * closed together at once, as who knows many looks through them for each telling.
   */
  void onClosed(Consumer<List<Route>> listener) {
    listeners.add(listener);
  }

  /**
   * Gives {@code taker}, on its loop, the route of {@code key}; it must call {@link Route#arrived}.
   * Any thread.
   */
  void lookUp(RouteKey key, Loop loop, Consumer<Route> taker) {
    control.execute(
        () -> {
          if (!closed) {
            var route = paths.get(key, () -> newRoute(key));
            route.handOut();
            loop.tell(() -> taker.accept(route));
            scheduleSweep();
          }
        });
  }

  /** Logical names that are bound without a request's own dtab. */
  List<Path> names() {
    return paths.values().stream()
        .filter(route -> route.key().local().isEmpty())
        .map(route -> route.key().name())
        .toList();
  }

  /** Binds {@code name} as for a request. Any thread. Done when its addresses are known. */
  CompletableFuture<?> warm(Path name) {
    var done = new CompletableFuture<Void>();
    control.execute(
        () -> {
          if (closed) {
            done.complete(null);
            return;
          }
          var key = new RouteKey(name, Dtab.EMPTY);
          var route = paths.get(key, () -> newRoute(key));
          route.handOut();
          route.whenWarm(
              () -> {
                route.arrived();
                done.complete(null);
              });
          scheduleSweep();
        });
    return done;
  }

  /** The tree with its names looked up; to be held. */
  BoundTree tree(NameTree<Bound> bound) {
    return trees.get(bound, () -> new BoundTree(bound, this::bound, control));
  }

  void closed(Route route) {
    openRoutes--;
    services.release(route.key().name());
    if (gone.isEmpty()) {
      control.execute(this::tellOfGone);
    }
    gone.add(route);
  }

  private void tellOfGone() {
    var told = List.copyOf(gone);
    gone.clear();
    listeners.forEach(listener -> listener.accept(told));
  }

  /** The names that are bound right now. */
  List<RouteKey> keys() {
    return paths.keys();
  }

  /**
   * Begins to bind {@code keys}, so that nobody has to wait who asks for them next. Done when it is
   * known of each what it is bound to.
   */
  CompletionStage<?> warm(List<RouteKey> keys) {
    var known = new ArrayList<CompletableFuture<?>>();
    for (var key : keys.subList(0, Math.min(keys.size(), config.paths()))) {
      var one = new CompletableFuture<Boolean>();
      known.add(one);
      var route = paths.get(key, () -> newRoute(key));
      var _ = route.resolution().whenKnown(control, () -> one.complete(true));
    }
    scheduleSweep();
    return CompletableFuture.allOf(known.toArray(CompletableFuture[]::new));
  }

  /** Lets go of each name as soon as nobody uses it; closed, and done, with the last of them. */
  CompletionStage<?> retire() {
    var done = new CompletableFuture<Boolean>();
    retire(done);
    return done;
  }

  private void retire(CompletableFuture<Boolean> done) {
    if (sweep != null) {
      sweep.close();
    }
    paths.closeIdle();
    trees.closeIdle();
    bounds.closeIdle();
    clients.closeIdle();
    if (openRoutes > 0 && !closed) {
      sweep = control.after(LOOK_AGAIN, () -> retire(done));
    } else {
      close();
      done.complete(true);
    }
  }

  /** Lets go of everything. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (sweep != null) {
      sweep.close();
    }
    paths.close();
    trees.close();
    bounds.close();
    clients.close();
    interpreter.close();
  }

  /**
   * Lets go of those names that nobody has used for longest, and of all that nobody uses for them,
   * as there is no memory for so many.
   *
   * @return how many names
   */
  int shed() {
    int names = paths.shed(control.nanos());
    int most = paths.size();
    trees.shrink(most);
    bounds.shrink(most);
    clients.shrink(most);
    return names;
  }

  /** The clients there are, and what each of them may send to. */
  Map<Path, ClientState> clientStates() {
    var states = new HashMap<Path, ClientState>();
    clients.values().forEach(client -> states.put(client.id(), client.state()));
    return states;
  }

  private Route newRoute(RouteKey key) {
    var service = services.hold(key.name());
    openRoutes++;
    var route = new Route(key, this, control, service, clientShared.loops());
    route.start(interpreter.bind(dtab.concat(key.local()), key.name()));
    return route;
  }

  private BoundName bound(Bound leaf) {
    return bounds.get(leaf, () -> new BoundName(client(leaf), leaf.residual(), control));
  }

  private Client client(Bound leaf) {
    return clients.get(leaf.id(), () -> new Client(leaf.id(), leaf.addr(), clientShared));
  }

  private void scheduleSweep() {
    if (sweep == null) {
      sweep = control.after(config.idleTtl(), this::sweep);
    }
  }

  private void sweep() {
    sweep = null;
    long now = control.nanos();
    long ttl = config.idleTtl().toNanos();
    paths.sweep(now, ttl);
    trees.sweep(now, ttl);
    bounds.sweep(now, ttl);
    clients.sweep(now, ttl);
    scheduleSweep();
  }
}
