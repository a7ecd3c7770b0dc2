package fairlead.launcher;

import fairlead.activity.Blocking;
import fairlead.admin.AdminPages;
import fairlead.admin.AdminServer;
import fairlead.naming.Path;
import fairlead.routing.ClientState;
import fairlead.routing.HttpRouter;
import fairlead.routing.RouterConfig;
import fairlead.server.MemoryGuard;
import fairlead.server.Transport;
import fairlead.telemetry.JvmMetrics;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.TelemeterConfig;
import fairlead.telemetry.access.RollPolicy;
import fairlead.telemetry.trace.TracerConfig;
import fairlead.telemetry.trace.Tracers;
import fairlead.telemetry.trace.Tracing;
import fairlead.tls.TlsContexts;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Fairlead: everything that one configuration asks for. Start and close block; not on an
 * event loop.
 */
final class Proxy {
  private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);

  private final MetricsTree metrics;
  private final Configuration config;
  private final Naming naming;
  private final Explainer explainer;
  private final EventLoopGroup loops;
  private final MemoryGuard memory = MemoryGuard.ofProcess(Blocking.virtualThreads());

  /** By label; added to while starting, read by the admin thread. */
  private final Map<String, HttpRouter> routers = new ConcurrentHashMap<>();

  /** By label; as the routers. */
  private final Map<String, List<InetSocketAddress>> addresses = new ConcurrentHashMap<>();

  private final TlsContexts adminTls;
  private final AdminServer admin;
  private final Telemeters telemeters;
  private final Tracing tracing;
  private @Nullable InetSocketAddress identifierAddress;

  /**
   * Starts all of it: the admin port first, then the routers in the order written.
   *
   * @param configJson what {@code /config.json} shows
   * @param shutdown told by {@code /admin/shutdown} how long a drain may take
   * @throws IOException when a port cannot be had; nothing runs then
   * @throws IllegalArgumentException when a file that the configuration names cannot be used
   */
  static Proxy start(
      Configuration config, String configJson, int threads, Consumer<Duration> shutdown)
      throws IOException {
    return start(config, configJson, threads, shutdown, false);
  }

  /**
   * The same; where ports are shared and a process has them, takes them over from it, once all is
   * warm.
   *
   * @param replaces whether that process is told to end
   */
  static Proxy start(
      Configuration config,
      String configJson,
      int threads,
      Consumer<Duration> shutdown,
      boolean replaces)
      throws IOException {
    try (var before = config.sharePorts() ? Predecessor.find(config.admin()) : null) {
      var proxy = new Proxy(config, configJson, threads, shutdown, before);
      if (before != null) {
        new Takeover(before).end(replaces);
      }
      LOG.info("initialized");
      return proxy;
    }
  }

  private Proxy(
      Configuration config,
      String configJson,
      int threads,
      Consumer<Duration> shutdown,
      @Nullable Predecessor before)
      throws IOException {
    this.config = config;
    this.metrics = new MetricsTree(config.metrics().maxPerScope());
    this.naming = Naming.open(config, metrics);
    this.explainer = new Explainer(naming, config, this::clientStates);
    this.adminTls = new TlsContexts(naming.control(), Blocking.virtualThreads(), metrics);
    this.loops = Transport.newLoops(threads, "worker");
    JvmMetrics.addTo(metrics);
    memory.addTo(metrics);
    this.telemeters = Telemeters.start(config, metrics);
    this.tracing = Tracers.start(tracers(config), metrics);
    var pages =
        new Pages(naming, explainer)
            .all(
                new Pages.Shown(config, configJson, telemeters, tracing, this::clientStates),
                shutdown);
    if (config.sharePorts()) {
      pages.add(Sharing.PATH, Sharing.page(() -> routers, this::ports));
    }
    AdminServer opened = null;
    try {
      config.routers().forEach(this::make);
      if (before == null) {
        var port = config.sharePorts() ? AdminServer.Port.SHAREABLE : AdminServer.Port.ALONE;
        opened = openAdmin(pages, port);
      } else {
        new Takeover(before).warm(config, routers);
      }
      for (RouterConfig router : config.routers()) {
        start(router, before);
      }
      if (opened == null) {
        opened = openAdmin(pages, AdminServer.Port.SHARED);
      }
    } catch (IOException taken) {
      if (opened != null) {
        opened.close(Duration.ZERO);
      }
      routers.values().forEach(HttpRouter::close);
      end();
      throw taken;
    }
    this.admin = opened;
    if (before != null) {
      Takeover.settle(naming.control(), this::isAlone);
    }
  }

  private boolean isAlone() {
    boolean alone = admin.isAlone();
    for (HttpRouter router : routers.values()) {
      alone &= router.isAlone();
    }
    return alone;
  }

  /** Where the routers listen. */
  private List<InetSocketAddress> ports() {
    return addresses.values().stream().flatMap(List::stream).toList();
  }

  private AdminServer openAdmin(AdminPages pages, AdminServer.Port sharing) throws IOException {
    var opened = AdminServer.start(config.admin(), pages, metrics, adminTls, sharing);
    Integer port = config.admin().identifierPort();
    if (port != null) {
      var named = new AdminPages().add("/", new IdentifierPage(config.routers()));
      identifierAddress = opened.listen(port, named, "identifier");
    }
    return opened;
  }

  private static List<TracerConfig> tracers(Configuration config) {
    var tracers = new ArrayList<TracerConfig>();
    for (TelemeterConfig telemeter : config.telemeters()) {
      switch (telemeter) {
        case TelemeterConfig.Spans(var tracer) -> tracers.add(tracer);
        case TelemeterConfig.Otlp otlp when otlp.traces() != null -> tracers.add(otlp.traces());
        case TelemeterConfig.Otlp _,
            TelemeterConfig.Prometheus _,
            TelemeterConfig.Influxdb _,
            TelemeterConfig.Statsd _ -> {}
      }
    }
    return tracers;
  }

  /** Of all routers; two that bind the same id have the same addresses behind it. */
  private CompletionStage<Map<Path, ClientState>> clientStates() {
    CompletionStage<Map<Path, ClientState>> all = CompletableFuture.completedFuture(Map.of());
    for (HttpRouter router : routers.values()) {
      all = all.thenCombine(router.clientStates(), Proxy::both);
    }
    return all;
  }

  private static Map<Path, ClientState> both(
      Map<Path, ClientState> some, Map<Path, ClientState> more) {
    var all = new HashMap<>(some);
    more.forEach((id, state) -> all.merge(id, state, ClientState::and));
    return all;
  }

  private void make(RouterConfig config) {
    routers.put(
        config.label(),
        new HttpRouter(
            config,
            naming.of(config).interpreter(),
            explainer.of(config),
            naming.control(),
            loops,
            metrics,
            tracing,
            memory));
  }

  private void start(RouterConfig config, @Nullable Predecessor before) throws IOException {
    HttpRouter router = routers.get(config.label());
    if (router == null) {
      throw new IllegalStateException("router: " + config.label() + " (expected: made)");
    }
    List<InetSocketAddress> bound =
        router.start(address -> before != null && before.listensOn(address));
    addresses.put(config.label(), bound);
    for (InetSocketAddress address : bound) {
      LOG.info(
          "serving {} on {}:{}",
          config.label(),
          address.getAddress().getHostAddress(),
          address.getPort());
    }
  }

  /** Tells what requests would do here. */
  Explainer explainer() {
    return explainer;
  }

  InetSocketAddress adminAddress() {
    return admin.address();
  }

  /** Where requests are asked of that want to be named; null for nowhere. */
  @Nullable InetSocketAddress identifierAddress() {
    return identifierAddress;
  }

  /** Where this router listens, in the order of its servers. */
  List<InetSocketAddress> addresses(String label) {
    return addresses.getOrDefault(label, List.of());
  }

  /**
   * What is ended when: all routers stay open for a while, then first those that this host's
   * services call out through, last those whose endpoints are only of this host, since what the
   * others send here comes in by them (decision 8).
   */
  void endWith(LifeCycle life) {
    if (config.routers().stream().anyMatch(Proxy::isReopenedBySignal)) {
      life.onHangup(() -> routers.values().forEach(HttpRouter::reopenLogs));
    }
    var steps = new ArrayList<LifeCycle.Step>();
    steps.add(new LifeCycle.Step(LifeCycle.Phase.LEAVING, this::leave));
    for (RouterConfig router : config.routers()) {
      HttpRouter running = routers.get(router.label());
      if (running != null) {
        var phase =
            Incoming.isIncoming(router) ? LifeCycle.Phase.INCOMING : LifeCycle.Phase.OUTGOING;
        steps.add(new LifeCycle.Step(phase, running::drain));
      }
    }
    steps.add(new LifeCycle.Step(LifeCycle.Phase.TELEMETERS, telemeters::end));
    steps.add(new LifeCycle.Step(LifeCycle.Phase.ADMIN, this::endAdmin));
    life.addAll(steps);
  }

  private static boolean isReopenedBySignal(RouterConfig router) {
    return router.accessLogs().stream().anyMatch(log -> log.roll() instanceof RollPolicy.SigHup);
  }

  /** The rest ends on a thread of its own: it waits for others, which none of theirs may do. */
  private CompletionStage<?> endAdmin(Duration limit) {
    return admin
        .close(limit)
        .thenRunAsync(this::end, end -> Thread.ofPlatform().name("shutdown-end").start(end));
  }

  /** Keeps listening for the configured time while answers say goodbye. */
  private CompletionStage<?> leave(Duration limit) {
    routers.values().forEach(HttpRouter::leave);
    Duration open = shorter(config.admin().linger(), limit.dividedBy(2));
    var left = new CompletableFuture<Void>();
    naming.control().after(open, () -> left.complete(null));
    return left;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Ends everything at once. */
  void close() {
    var closing = new ArrayList<>(routers.values());
    closing.forEach(HttpRouter::close);
    admin.close(Duration.ZERO).toCompletableFuture().join();
    end();
  }

  private void end() {
    adminTls.close();
    routers.values().forEach(HttpRouter::close);
    tracing.close();
    naming.close();
    telemeters.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
