package fairlead.routing;

import fairlead.activity.SerialExecutor;
import fairlead.interpreter.Interpreter;
import fairlead.naming.Path;
import fairlead.routing.explain.Explaining;
import fairlead.server.HttpListener;
import fairlead.server.MemoryGuard;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.trace.Tracing;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The routers of the process, replaced as a whole: by a {@link Change}, which is made ready first
 * and then either comes into force or leaves everything as it was (decision 23). Changes are made
 * by one thread at a time; the rest is for any thread.
 */
public final class Routers {
  private final SerialExecutor control;
  private final EventLoopGroup loops;
  private final Metrics metrics;
  private final Tracing tracing;
  private final MemoryGuard memory;

  /** By label, in the order written; replaced as a whole. */
  private volatile Map<String, HttpRouter> inForce = Map.of();

  /** Out of force, with requests or callers left. */
  private final Set<HttpRouter> retiring = ConcurrentHashMap.newKeySet();

  /** Without sockets, with callers left; and where these came to. */
  private final Map<HttpListener, Served.Place> leaving = new ConcurrentHashMap<>();

  /** None yet. */
  public Routers(
      SerialExecutor control,
      EventLoopGroup loops,
      Metrics metrics,
      Tracing tracing,
      MemoryGuard memory) {
    this.memory = memory;
    this.tracing = tracing;
    this.control = control;
    this.loops = loops;
    this.metrics = metrics;
    memory.relieveBy(this::shed);
  }

  /** Done when event loops have let go too: what is closed at the end of a turn, a turn later. */
  private CompletableFuture<Integer> shed() {
    return CompletableFuture.supplyAsync(
            () -> inForce.values().stream().mapToInt(HttpRouter::shed).sum(), control)
        .thenComposeAsync(names -> turn().thenCompose(_ -> turn()).thenApply(_ -> names), control);
  }

  private CompletableFuture<?> turn() {
    var all = new ArrayList<CompletableFuture<?>>();
    loops.forEach(loop -> all.add(CompletableFuture.runAsync(() -> {}, loop)));
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
  }

  /**
   * A router that there is to be.
   *
   * @param sameNames whether names mean what they do for the router of this label at present
   * @param interpreter asked when the router is made anew; closed with it
   * @param explaining tells callers that may ask what their requests do
   */
  public record Wanted(
      RouterConfig config,
      boolean sameNames,
      Supplier<Interpreter> interpreter,
      Explaining explaining) {}

  /** By label, in the order written. */
  public Map<String, HttpRouter> inForce() {
    return inForce;
  }

  /** How many generations of routers are still to end. */
  public int retiring() {
    return retiring.size();
  }

  /**
   * Makes all that is needed for these routers and no others: sockets are bound, files read, but
   * nothing is served yet. Blocks; not on a loop.
   *
   * @throws IOException when an address cannot be had; all is as before then
   * @throws IllegalArgumentException when a file of certificates is of no use; likewise
   */
  public Change prepare(List<Wanted> wanted) throws IOException {
    return prepare(wanted, _ -> {}, _ -> false);
  }

  /** Tries routers that do not listen yet. */
  @FunctionalInterface
  public interface Rehearsal {
    /** By label; throws when they are not to listen. Blocks. */
    void of(Map<String, HttpRouter> made) throws IOException;
  }

  /**
   * The same, beside another process.
   *
   * @param rehearsal comes before any address is bound
   * @param shared whether the other one may listen on an address too; connections are ours then
   */
  public Change prepare(
      List<Wanted> wanted, Rehearsal rehearsal, Predicate<InetSocketAddress> shared)
      throws IOException {
    var change = new Change();
    boolean ready = false;
    try {
      wanted.forEach(change::add);
      rehearsal.of(Map.copyOf(change.next));
      change.bind(shared);
      ready = true;
      return change;
    } finally {
      if (!ready) {
        change.cancel();
      }
    }
  }

  /** From now on answers ask callers to come by another connection. */
  public void leave() {
    all().forEach(HttpRouter::leave);
  }

  /** Drains those {@code which}; done when the last of their callers is gone, or at the limit. */
  public CompletionStage<?> drain(Predicate<RouterConfig> which, Duration limit) {
    var routers = all().filter(router -> which.test(router.config())).map(r -> r.drain(limit));
    var listeners = leaving.keySet().stream().map(listener -> listener.drain(limit));
    return CompletableFuture.allOf(
        Stream.concat(routers, listeners)
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture[]::new));
  }

  /** Ends all of them at once. */
  public void close() {
    all().toList().forEach(HttpRouter::close);
    leaving.keySet().forEach(HttpListener::close);
  }

  private Stream<HttpRouter> all() {
    return Stream.concat(inForce.values().stream(), retiring.stream());
  }

  /** Of all routers; two that bind the same id have the same addresses behind it. */
  public CompletionStage<Map<Path, ClientState>> clientStates() {
    CompletionStage<Map<Path, ClientState>> all = CompletableFuture.completedFuture(Map.of());
    for (HttpRouter router : inForce.values()) {
      all = all.thenCombine(router.clientStates(), Routers::both);
    }
    return all;
  }

  private static Map<Path, ClientState> both(
      Map<Path, ClientState> some, Map<Path, ClientState> more) {
    var all = new HashMap<>(some);
    more.forEach((id, state) -> all.merge(id, state, ClientState::and));
    return all;
  }

  /** Other routers, ready to come into force. */
  public final class Change {
    private final Map<String, HttpRouter> next = new LinkedHashMap<>();
    private final List<HttpRouter> made = new ArrayList<>();
    private final Map<Served.Place, Served> running = new HashMap<>();
    private final Set<Served.Place> ours = new HashSet<>();

    private Change() {
      inForce
          .values()
          .forEach(router -> router.servers().forEach(one -> running.put(one.place(), one)));
      all().forEach(router -> router.servers().forEach(one -> ours.add(one.place())));
    }

    private void add(Wanted wanted) {
      var config = wanted.config;
      var now = inForce.get(config.label());
      if (now != null && wanted.sameNames && now.config().equals(config)) {
        next.put(config.label(), now);
        return;
      }
      var router = make(wanted);
      made.add(router);
      next.put(config.label(), router);
    }

    private void bind(Predicate<InetSocketAddress> shared) throws IOException {
      for (var router : made) {
        router.prepare(running, ours, shared);
      }
    }

    private HttpRouter make(Wanted wanted) {
      var interpreter = wanted.interpreter.get();
      try {
        return new HttpRouter(
            wanted.config,
            interpreter,
            wanted.explaining,
            control,
            loops,
            metrics,
            tracing,
            memory);
      } catch (IllegalArgumentException unusable) {
        control.execute(interpreter::close);
        throw unusable;
      }
    }

    /** Labels of the routers that are made anew, in the order written. */
    public List<String> made() {
      return made.stream().map(router -> router.config().label()).toList();
    }

    /**
     * Binds the names that are bound at present, so that the first requests need not wait: but only
     * for so long. Blocks; not on a loop.
     */
    public void warm(Duration atMost) {
      var known =
          made.stream()
              .filter(router -> inForce.containsKey(router.config().label()))
              .map(router -> router.warmLike(now(router)).toCompletableFuture())
              .toArray(CompletableFuture<?>[]::new);
      try {
        CompletableFuture.allOf(known).get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        return; // requests for what is not known yet wait for it, as after a start
      } catch (ExecutionException e) {
        throw new IllegalStateException("names: not bound", e.getCause());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    private HttpRouter now(HttpRouter router) {
      var now = inForce.get(router.config().label());
      return now == null ? router : now;
    }

    /**
     * Brings them into force. Requests that are under way end as they began; callers of addresses
     * that are given up are asked to come by another one for {@code linger}, and have {@code grace}
     * then. Returns at once.
     */
    public void commit(Duration linger, Duration grace) {
      var before = inForce;
      var opened = new ArrayList<CompletableFuture<?>>();
      opened.addAll(endLeaving(linger, grace));
      made.forEach(router -> router.servers().forEach(one -> opened.add(open(one))));
      inForce = Collections.unmodifiableMap(next);
      var switched = CompletableFuture.allOf(opened.toArray(CompletableFuture[]::new));
      for (var old : before.values()) {
        if (!next.containsValue(old)) {
          retire(old, switched, linger, grace);
        }
      }
    }

    private CompletableFuture<?> open(Served served) {
      var follows = running.get(served.place());
      var switched = served.open().toCompletableFuture();
      if (follows != null && !follows.listener().equals(served.listener())) {
        var old = follows.listener();
        leaving.put(old, served.place());
        var _ =
            switched // each loop has taken its last connection for the old one
                .thenCompose(_ -> old.retire())
                .thenRun(old::release)
                .whenComplete((_, _) -> leaving.remove(old));
      }
      return switched;
    }

    private void retire(
        HttpRouter old, CompletableFuture<?> switched, Duration linger, Duration grace) {
      retiring.add(old);
      var gone = new ArrayList<CompletableFuture<?>>();
      gone.add(switched);
      for (var served : old.servers()) {
        if (served.owns()) {
          gone.add(end(served.listener(), linger, grace).thenRun(served::close));
        }
      }
      var _ =
          CompletableFuture.allOf(gone.toArray(CompletableFuture[]::new))
              .thenCompose(_ -> old.retire())
              .whenComplete((_, _) -> retiring.remove(old));
    }

    /** Ends those whose address is given up: they lead to a router that ends. */
    private List<CompletableFuture<?>> endLeaving(Duration linger, Duration grace) {
      var kept = new HashSet<Served.Place>();
      next.values().forEach(router -> router.servers().forEach(one -> kept.add(one.place())));
      var ended = new ArrayList<CompletableFuture<?>>();
      leaving.forEach(
          (listener, place) -> {
            if (!kept.contains(place)) {
              ended.add(end(listener, linger, grace));
            }
          });
      return ended;
    }

    private CompletableFuture<?> end(HttpListener listener, Duration linger, Duration grace) {
      var ended = new CompletableFuture<Boolean>();
      listener.leave();
      control.after(
          linger, () -> listener.drain(grace).whenComplete((_, _) -> ended.complete(true)));
      return ended;
    }

    /** Leaves everything as it was, and lets go of what was made. */
    public void cancel() {
      made.forEach(HttpRouter::close);
    }
  }
}
