package fairlead.discovery.consul;

import fairlead.activity.State;
import fairlead.activity.State.Ok;
import fairlead.activity.State.Pending;
import fairlead.activity.Watch;
import fairlead.discovery.consul.LossGuard.Evidence;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one service's observers are told, out of good answers, failures and what was last good
 * ({@code spec/discovery.md} §3.4, §4). Control executor only.
 */
final class ServiceState {
  private static final Logger LOG = LoggerFactory.getLogger(ConsulNamer.class);

  /** A first answer that is not there by then is not waited for when there is a last good set. */
  static final Duration PATIENCE = Duration.ofMillis(500);

  private static final int SHOWN_DROPPED = 20;

  /** Asks Consul once more, without leaving unhealthy instances out. */
  interface Confirmer {
    /** Asks in a while, unless a question of that kind is already under way. */
    void askIn(Duration delay);
  }

  private final ServiceKey key;
  private final @Nullable String authority;
  private final ConsulParts parts;
  private final LossGuard guard;
  private final Confirmer confirmer;
  private State<Addr> published = new Pending<>();
  private @Nullable Consumer<State<Addr>> sink;
  private Watch patience = Watch.NONE;
  private boolean giveWhatThereIs;

  /** Why nothing is known, after a failure. */
  private String doubt = "";

  private boolean failing;
  private boolean holdingSome;
  private boolean holdingNothing;
  private int round;
  private List<String> dropped = List.of();

  /** The agent may restart between two questions: its connections tell. */
  private long interruptions;

  private @Nullable Instant startedAt;
  private @Nullable Instant stoppedAt;
  private @Nullable Instant updatedAt;
  private long confirmedNanos;

  ServiceState(ServiceKey key, @Nullable String authority, ConsulParts parts, Confirmer confirmer) {
    this.key = key;
    this.authority = authority;
    this.parts = parts;
    this.guard = new LossGuard(parts.config().watching().emptyGrace());
    this.confirmer = confirmer;
  }

  /** {@code resumed} when the last query goes on, so that what is known is current. */
  void start(Consumer<State<Addr>> to, boolean resumed) {
    sink = to;
    startedAt = parts.now();
    giveWhatThereIs = false;
    if (resumed && !(published instanceof Pending)) {
      to.accept(published);
      if (guard.holding()) {
        confirmer.askIn(Duration.ZERO);
      }
      return;
    }
    published = new Pending<>();
    failing = false;
    interruptions = parts.api().interruptions();
    guard.reset();
    holdingSome = false;
    holdingNothing = false;
    patience = parts.control().after(PATIENCE, this::impatient);
    parts.lastGoods().whenLoaded(this::afterLoad);
  }

  void stop() {
    sink = null;
    stoppedAt = parts.now();
    patience.close();
    parts.troubles().forget(key);
    parts.stale().fresh(key);
  }

  boolean running() {
    return sink != null;
  }

  /** Whether the last answer was good and believed. */
  boolean settled() {
    return !failing && !guard.holding();
  }

  /** Whether endpoints are being kept that the last answer did not have. */
  boolean holding() {
    return sink != null && guard.holding();
  }

  private void impatient() {
    giveWhatThereIs = true;
    var good = parts.lastGoods().get(key);
    if (good != null && published instanceof Pending) {
      serve(good);
    }
  }

  private void serve(LastGoods.Good good) {
    publish(good.addr());
    long age = Duration.between(good.at(), parts.now()).toNanos();
    parts.stale().stale(key, parts.control().nanos() - Math.max(0, age));
  }

  private void afterLoad() {
    if (failing) {
      useLastGoodOrNothing();
    } else if (giveWhatThereIs) {
      impatient();
    }
  }

  /** No good answer. */
  void failed(Trouble trouble) {
    parts.metrics().failed(trouble);
    failing = true;
    guard.troubled(parts.control().nanos());
    if (sink != null) {
      parts.troubles().failed(key, trouble);
      doubt = parts.troubles().show(trouble);
      if (parts.lastGoods().loaded()) {
        useLastGoodOrNothing();
      }
      markStale();
    }
  }

  /** A name never seen is told at once, so that the request's alternatives get their turn. */
  private void useLastGoodOrNothing() {
    if (published instanceof Pending) {
      var good = parts.lastGoods().get(key);
      if (good == null) {
        publish(new Addr.Neg(doubt));
      } else {
        serve(good);
      }
    }
  }

  private void markStale() {
    boolean serving = published instanceof Ok<Addr>(Addr.Live _);
    if (serving && parts.stale().ageMillis(key) == 0) {
      parts.stale().stale(key, confirmedNanos);
    }
  }

  /** A good answer. */
  void saw(List<Instance> all, Signs signs) {
    failing = false;
    parts.metrics().updates().increment();
    parts.troubles().answered(key);
    int mine = ++round;
    var accepted = all.stream().filter(parts::accepts).toList();
    parts
        .endpoints()
        .make(
            accepted,
            made -> {
              if (mine == round) {
                dropped = made.dropped();
                parts.metrics().dropped().add(dropped.size());
                judge(made.endpoints(), accepted, all, signs);
              }
            });
  }

  private void judge(
      Set<Endpoint> found, List<Instance> accepted, List<Instance> all, Signs signs) {
    long now = parts.control().nanos();
    long seen = parts.api().interruptions();
    if (signs.unsettled() || seen != interruptions) {
      guard.troubled(now);
    }
    interruptions = seen;
    var refused = all.stream().filter(i -> !parts.accepts(i)).toList();
    if (accepted.isEmpty() && saysAllAreUnhealthy(refused, now)) {
      gone();
      return;
    }
    var kept = guard.keep(before(found), found, evidence(refused, signs), now);
    if (!kept.isEmpty()) {
      hold(found, kept, accepted, signs);
    } else if (found.isEmpty()) {
      gone();
    } else {
      live(new Addr.Live(found, metadata(accepted)));
    }
  }

  private boolean saysAllAreUnhealthy(List<Instance> refused, long nowNanos) {
    return !refused.isEmpty()
        && refused.stream().noneMatch(Instance::unchecked)
        && !guard.inTrouble(nowNanos);
  }

  private Evidence evidence(List<Instance> refused, Signs signs) {
    var unchecked = refused.stream().filter(Instance::unchecked).toList();
    var unhealthy = refused.stream().filter(i -> !i.unchecked()).toList();
    return new Evidence(
        parts.endpoints().known(unhealthy), parts.endpoints().known(unchecked), signs);
  }

  /** What observers were last told or, before that, what an earlier life knew. */
  private Set<Endpoint> before(Set<Endpoint> found) {
    if (published instanceof Ok<Addr>(Addr.Live live)) {
      return live.endpoints();
    }
    var good = parts.lastGoods().get(key);
    boolean untold = published instanceof Pending && found.isEmpty();
    return untold && good != null ? good.addr().endpoints() : Set.of();
  }

  private void live(Addr.Live addr) {
    if (guard.holding()) {
      LOG.info("{}: what was kept is settled", key.show());
    }
    settle();
    parts.lastGoods().put(key, addr);
    publish(addr);
  }

  private void gone() {
    settle();
    parts.lastGoods().forget(key);
    publish(new Addr.Neg());
  }

  private void settle() {
    guard.reset();
    holdingSome = false;
    holdingNothing = false;
    confirmedNanos = parts.control().nanos();
    parts.stale().fresh(key);
  }

  private void hold(Set<Endpoint> found, Set<Endpoint> kept, List<Instance> accepted, Signs signs) {
    if (sink == null) {
      return;
    }
    note(found, kept, signs);
    useLastGoodOrNothing();
    var union = new HashSet<>(found);
    union.addAll(kept);
    if (found.isEmpty()) {
      publish(new Addr.Live(union, metadataBefore()));
    } else {
      var live = new Addr.Live(union, metadata(accepted));
      parts.lastGoods().put(key, live);
      publish(live);
    }
    markStale();
    confirmer.askIn(
        signs.filteredByConsul() ? Duration.ZERO : guard.askAgainIn(parts.control().nanos()));
  }

  /** Once for a fall, and once more when it gets to nothing. */
  private void note(Set<Endpoint> found, Set<Endpoint> kept, Signs signs) {
    boolean nothing = found.isEmpty();
    if (holdingSome && (holdingNothing || !nothing)) {
      return;
    }
    holdingSome = true;
    holdingNothing = nothing;
    var metrics = parts.metrics();
    (nothing ? metrics.emptyHeld() : metrics.shrinkHeld()).increment();
    LOG.info(
        "{} has suddenly {}{}; {} last addresses are kept until that is confirmed",
        key.show(),
        nothing ? "no usable instance" : "only " + found.size() + " endpoints",
        signs.trouble().isEmpty() ? "" : " (" + signs.trouble() + ")",
        kept.size());
  }

  private Map<String, String> metadataBefore() {
    return published instanceof Ok<Addr>(Addr.Live live) ? live.metadata() : Map.of();
  }

  private Map<String, String> metadata(List<Instance> accepted) {
    var metadata = new HashMap<String, String>();
    if (authority != null) {
      metadata.putAll(EndpointMaker.clean(Map.of(Addr.Live.AUTHORITY, authority)));
    }
    if (parts.config().transferMetadata()) {
      metadata.putAll(EndpointMaker.clean(accepted.getFirst().meta()));
    }
    return metadata;
  }

  private void publish(Addr addr) {
    var next = new Ok<>(addr);
    if (!next.equals(published)) {
      record(addr);
      published = next;
      updatedAt = parts.now();
      if (sink != null) {
        sink.accept(next);
      }
    }
  }

  private void record(Addr addr) {
    var before = endpointsOf(published);
    var now = endpointsOf(new Ok<>(addr));
    var text = new StringBuilder().append(now.size()).append(" addresses");
    append(text, "; came: ", now, before);
    append(text, "; went: ", before, now);
    if (guard.holding()) {
      text.append("; some are kept until their loss is confirmed");
    }
    FlightRecorder.note(Kind.DISCOVERY, key.show(), text.toString());
  }

  private static Set<Endpoint> endpointsOf(State<Addr> state) {
    return state instanceof Ok<Addr>(Addr.Live live) ? live.endpoints() : Set.of();
  }

  private static void append(
      StringBuilder text, String title, Set<Endpoint> all, Set<Endpoint> without) {
    var some = all.stream().filter(e -> !without.contains(e)).map(Endpoint::show).sorted().toList();
    if (!some.isEmpty()) {
      text.append(title).append(String.join(" ", some.subList(0, Math.min(8, some.size()))));
      text.append(some.size() > 8 ? " and " + (some.size() - 8) + " more" : "");
    }
  }

  /** As in {@code spec/admin.md} §7. */
  Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("running", sink != null);
    PollLog.putUnlessNull(map, "lastStartedAt", show(startedAt));
    PollLog.putUnlessNull(map, "lastStoppedAt", show(stoppedAt));
    PollLog.putUnlessNull(map, "lastUpdatedAt", show(updatedAt));
    PollLog.putUnlessNull(map, "value", value());
    var good = parts.lastGoods().get(key);
    if (good != null) {
      map.put("lastGoodAt", PollLog.show(good.at()));
    }
    map.put("held", holding());
    if (!dropped.isEmpty()) {
      map.put("dropped", dropped.stream().limit(SHOWN_DROPPED).toList());
    }
    map.put("ageMs", parts.stale().ageMillis(key));
    return map;
  }

  private static @Nullable String show(@Nullable Instant time) {
    return time == null ? null : PollLog.show(time);
  }

  private @Nullable Object value() {
    return switch (published) {
      case Pending<Addr> _ -> null;
      case State.Failed<Addr>(var reason) -> reason;
      case Ok<Addr>(Addr.Neg _) -> List.of();
      case Ok<Addr>(Addr.Live(var endpoints, var _)) ->
          endpoints.stream().map(Endpoint::toString).sorted().toList();
    };
  }
}
