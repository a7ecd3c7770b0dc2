package fairlead.discovery.consul;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.client.control.ControlClient;
import fairlead.client.control.ControlMetrics;
import fairlead.client.control.ControlOrigin;
import fairlead.client.control.ControlRuntime;
import fairlead.client.control.FailFastClient;
import fairlead.client.control.HostNames;
import fairlead.client.control.NettyControlClient;
import fairlead.discovery.Namer;
import fairlead.discovery.NamerConfig;
import fairlead.discovery.NamerConfig.Scope;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.telemetry.Metrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code io.l5d.consul}: {@code /<dc>[/<tag>]/<service>} to the service's endpoints ({@code
 * spec/discovery.md} §3, §4). One query a service, however its name is spelled and whatever follows
 * it. Control executor only.
 *
 * <p>What observers see:
 *
 * <ul>
 *   <li>Pending until the first answer. A first failure is "no such name", at once, so that
 *       alternatives get their turn, unless a last good set is known from an earlier observation or
 *       from disk: then that. It is also used when the first answer takes longer than {@link
 *       ServiceState#PATIENCE}.
 *   <li>Once good, a set is kept through every failure: unreachable agent, no leader, denied token,
 *       unreadable answer. Its age is in {@code service/last_good_age_ms} and on the naming page.
 *   <li>All instances unhealthy (Consul still lists them, and their checks ran) is "no such name"
 *       at once: alternatives are asked.
 *   <li>A sudden fall to nothing or nearly nothing, and any loss just after trouble with Consul, is
 *       believed only when it is confirmed: {@link LossGuard}.
 * </ul>
 */
public final class ConsulNamer implements Namer {
  private static final String LOCAL = ".local";

  /** How old a watched set may get when services outnumber connections. */
  private static final Duration SHARED_CYCLE = Duration.ofSeconds(10);

  private static final Duration LEAST_WAIT = Duration.ofMillis(500);

  private final ControlClient client;
  private final ConsulParts parts;
  private final AgentSelves selves;
  private final AgentRegistrations registrations;
  private final Map<ServiceKey, Service> services = new HashMap<>();
  private final Map<Path, Looked> looked = new LinkedHashMap<>();
  private final Watch gauge;
  private int observed;

  /** A service's feed and its shared activity. */
  private record Service(ServiceFeed feed, Activity<Addr> addr) {}

  /** Which service a path stands for, and how many observe it. */
  private static final class Looked {
    @Nullable Service service;
    int observers;
  }

  /**
   * A namer with connections of its own. Reads TLS files: blocks.
   *
   * @param scope the node {@code namer/#/PREFIX}
   * @throws IllegalArgumentException when a TLS file cannot be used, with a message for the
   *     operator
   */
  public static ConsulNamer open(NamerConfig.Consul config, ControlRuntime runtime, Metrics scope) {
    var agent = config.agent();
    var origin =
        new ControlOrigin(
            agent.host(),
            agent.port(),
            agent.tls(),
            config.watching().maxConnections(),
            ControlOrigin.DEFAULT_MAX_BODY_BYTES);
    var client = new NettyControlClient(origin, runtime, ControlMetrics.of(scope.scope("client")));
    return new ConsulNamer(config, runtime, scope, client, HostNames.SYSTEM);
  }

  ConsulNamer(
      NamerConfig.Consul config,
      ControlRuntime runtime,
      Metrics scope,
      ControlClient client,
      HostNames.Lookup lookup) {
    this.client = client;
    var control = runtime.control();
    var agent = config.agent();
    var asked = agent.failFast() ? new FailFastClient(client, control, runtime.random()) : client;
    var api = new ConsulApi(asked, TokenSource.of(agent, control, runtime.blocking()));
    var names = new HostNames(control, runtime.blocking(), control::nanos, lookup);
    this.parts =
        new ConsulParts(
            config,
            runtime,
            api,
            new EndpointMaker(config, names),
            new LastGoods(runtime, snapshotFile(config)),
            ConsulMetrics.of(scope, scope.scope("#" + config.prefix().show())),
            new TroubleLog(agent.host() + ":" + agent.port(), control),
            new StaleNames(control::nanos));
    this.selves = new AgentSelves(api, runtime, parts);
    this.registrations = new AgentRegistrations(api, runtime, this::nodeAddress);
    this.gauge = scope.scope("service").gauge("last_good_age_ms", parts.stale()::oldestMillis);
  }

  private static @Nullable SnapshotFile snapshotFile(NamerConfig.Consul config) {
    var folder = config.watching().stateDir();
    if (folder == null) {
      return null;
    }
    String name = ConsulApi.escape(config.prefix().show().substring(1));
    return new SnapshotFile(folder.resolve("consul-" + name + ".json"));
  }

  private String nodeAddress() {
    var self = selves.known();
    return self == null ? "" : self.address();
  }

  @Override
  public Activity<NameTree<Name>> lookup(Path path) {
    int needed = parts.config().includeTag() ? 3 : 2;
    if (path.size() < needed) {
      return Activity.ok(new NameTree.Neg<>());
    }
    parts.metrics().lookups().increment();
    var id = Path.of("#").concat(parts.config().prefix()).concat(path.take(needed));
    var residual = path.drop(needed);
    Activity<Addr> addr = counted(path, addr(path));
    return addr.mapState(
        state ->
            state.map(
                value ->
                    switch (value) {
                      case Addr.Neg(var doubt) -> new NameTree.Neg<>(doubt);
                      case Addr.Live _ -> new NameTree.Leaf<>(new Bound(id, addr, residual));
                    }));
  }

  private Activity<Addr> addr(Path path) {
    var config = parts.config();
    var elements = path.elements();
    String datacenter = elements.getFirst();
    String tag = config.includeTag() ? lower(elements.get(1)) : null;
    String service = lower(elements.get(config.includeTag() ? 2 : 1));
    if (config.scope() == Scope.CLUSTER && !datacenter.equals(LOCAL) && !config.setHost()) {
      return service(path, new ServiceKey(datacenter, tag, service), null);
    }
    if (config.scope() == Scope.AGENT && !config.setHost()) {
      return agentOnly(path, new ServiceKey(datacenter, tag, service));
    }
    return selves
        .activity()
        .flatMap(
            known -> {
              if (known.isEmpty()) {
                return Activity.ok(new Addr.Neg(selves.doubt()));
              }
              var self = known.get();
              String dc = datacenter.equals(LOCAL) ? self.datacenter() : datacenter;
              var key = new ServiceKey(dc, tag, service);
              if (isElsewhere(key, self)) {
                return Activity.ok(new Addr.Neg());
              }
              return service(path, key, config.setHost() ? authority(key, self.domain()) : null);
            });
  }

  /**
   * What the agent has registered is right even while it will not speak of itself; then only a
   * known other datacenter is told apart.
   */
  private Activity<Addr> agentOnly(Path path, ServiceKey key) {
    return selves
        .activity()
        .flatMap(
            known ->
                known.isPresent() && isElsewhere(key, known.get())
                    ? Activity.ok(new Addr.Neg())
                    : service(path, key, null));
  }

  private boolean isElsewhere(ServiceKey key, AgentSelf self) {
    return parts.config().scope() == Scope.AGENT
        && !key.datacenter().equals(LOCAL)
        && !key.datacenter().equals(self.datacenter());
  }

  private static String authority(ServiceKey key, String domain) {
    String name = key.service() + ".service." + key.datacenter() + "." + domain;
    return key.tag() == null ? name : key.tag() + "." + name;
  }

  private static String lower(String element) {
    return element.toLowerCase(Locale.ROOT);
  }

  /** Made when first observed, forgotten when neither observed nor still busy. */
  private Activity<Addr> service(Path path, ServiceKey key, @Nullable String authority) {
    return observer -> {
      var service = services.computeIfAbsent(key, k -> open(k, authority));
      var at = looked.get(path);
      if (at != null) {
        at.service = service;
      }
      return service.addr().observe(observer);
    };
  }

  private Service open(ServiceKey key, @Nullable String authority) {
    parts.metrics().cached().increment();
    ServiceFeed feed =
        switch (parts.config().scope()) {
          case CLUSTER -> new ClusterFeed(key, authority, parts, this::waitTime);
          case AGENT -> new AgentFeed(key, authority, parts, registrations);
        };
    return new Service(feed, Activity.shared(sink -> start(key, feed, sink)));
  }

  private Watch start(ServiceKey key, ServiceFeed feed, Consumer<State<Addr>> sink) {
    parts.metrics().opens().increment();
    observed++;
    feed.state().start(sink, feed.busy());
    var asking = feed.start();
    sweep();
    return () -> {
      parts.metrics().closes().increment();
      observed--;
      asking.close();
      feed.state().stop();
      if (!feed.busy()) {
        services.remove(key);
      }
    };
  }

  /** Forgets services whose last query has ended since nobody observes them. */
  private void sweep() {
    if (services.size() > 2 * observed + 16) {
      services.values().removeIf(s -> !s.feed().state().running() && !s.feed().busy());
    }
  }

  /**
   * How long Consul may hold a query: shorter once services outnumber the connections, so that each
   * has its turn.
   */
  private Duration waitTime() {
    var watching = parts.config().watching();
    int connections = watching.maxConnections() - Math.max(1, watching.maxConnections() / 10);
    if (observed <= connections) {
      return watching.waitTime();
    }
    Duration fair = SHARED_CYCLE.multipliedBy(connections).dividedBy(observed);
    Duration wait = fair.compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : fair;
    return wait.compareTo(watching.waitTime()) < 0 ? wait : watching.waitTime();
  }

  /** Keeps the paths that are observed for the naming page. */
  private Activity<Addr> counted(Path path, Activity<Addr> addr) {
    return observer -> {
      looked.computeIfAbsent(path, _ -> new Looked()).observers++;
      var watch = addr.observe(observer);
      return new Watch() {
        private boolean closed;

        @Override
        public void close() {
          if (!closed) {
            closed = true;
            watch.close();
            looked.computeIfPresent(path, (_, at) -> --at.observers == 0 ? null : at);
          }
        }
      };
    };
  }

  @Override
  public Map<String, Object> adminState() {
    var map = new LinkedHashMap<String, Object>();
    looked.forEach(
        (path, at) -> {
          if (at.service != null) {
            var feed = at.service.feed();
            map.put(path.show(), Map.of("state", feed.state().toMap(), "poll", feed.poll()));
          }
        });
    return map;
  }

  @Override
  public void close() {
    gauge.close();
    parts.lastGoods().flush();
    client.close();
  }
}
