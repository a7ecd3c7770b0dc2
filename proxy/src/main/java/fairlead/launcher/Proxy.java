package fairlead.launcher;

import fairlead.activity.Blocking;
import fairlead.admin.AdminPage;
import fairlead.admin.AdminPages;
import fairlead.admin.AdminServer;
import fairlead.routing.HttpRouter;
import fairlead.routing.RouterConfig;
import fairlead.routing.Routers;
import fairlead.server.EventLoops;
import fairlead.server.MemoryGuard;
import fairlead.server.Transport;
import fairlead.telemetry.JvmMetrics;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.TelemeterConfig;
import fairlead.telemetry.trace.TracerConfig;
import fairlead.telemetry.trace.Tracers;
import fairlead.telemetry.trace.Tracing;
import fairlead.tls.TlsContexts;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Fairlead: everything that one configuration asks for, until {@link #change} puts
 * another in its place. Start, change and close block; not on an event loop.
 */
final class Proxy {
  private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);

  /** What names mean by a new configuration is waited for so long before it comes into force. */
  private static final Duration WARM = Duration.ofSeconds(2);

  private final MetricsTree metrics;
  private final Consumer<Duration> shutdown;
  private final EventLoopGroup loops;
  private final MemoryGuard memory = MemoryGuard.ofProcess(Blocking.virtualThreads());
  private final Routers routers;
  private final Telemeters telemeters;

  /** Written once, soon after the start. */
  private volatile @Nullable Reloads reloads;

  /** Replaced as a whole. */
  private volatile Running running;

  private final TlsContexts adminTls;
  private final AdminServer admin;
  private final Tracing tracing;
  private final @Nullable InetSocketAddress identifierAddress;

  /** Guarded by this. */
  private boolean ending;

  /**
   * What is in force.
   *
   * @param shown what the admin port shows of it
   */
  private record Running(
      Configuration config, ShownConfig shown, Naming naming, Explainer explainer) {}

  /**
   * Starts all of it: the admin port first, then the routers in the order written.
   *
   * @param shown what the admin port shows of it
   * @param shutdown told by {@code /admin/shutdown} how long a drain may take
   * @throws IOException when a port cannot be had; nothing runs then
   * @throws IllegalArgumentException when a file that the configuration names cannot be used
   */
  static Proxy start(
      Configuration config, ShownConfig shown, int threads, Consumer<Duration> shutdown)
      throws IOException {
    return start(config, shown, threads, shutdown, false);
  }

  /**
   * The same; where ports are shared and a process has them, takes them over from it, once all is
   * warm.
   *
   * @param replaces whether that process is told to end
   */
  static Proxy start(
      Configuration config,
      ShownConfig shown,
      int threads,
      Consumer<Duration> shutdown,
      boolean replaces)
      throws IOException {
    try (var before = config.sharePorts() ? Predecessor.find(config.admin()) : null) {
      var proxy = new Proxy(config, shown, threads, shutdown, before);
      if (before != null) {
        new Takeover(before).end(replaces);
      }
      LOG.info("initialized");
      return proxy;
    }
  }

  private Proxy(
      Configuration config,
      ShownConfig shown,
      int threads,
      Consumer<Duration> shutdown,
      @Nullable Predecessor before)
      throws IOException {
    this.metrics = new MetricsTree(config.metrics().maxPerScope());
    this.shutdown = shutdown;
    var naming = Naming.open(config, metrics);
    this.adminTls = new TlsContexts(naming.control(), Blocking.virtualThreads(), metrics);
    this.loops = Transport.newLoops(threads, "worker");
    JvmMetrics.addTo(metrics);
    memory.addTo(metrics);
    this.telemeters = Telemeters.start(config, metrics);
    this.tracing = Tracers.start(tracers(config), metrics);
    this.routers = new Routers(naming.control(), loops, metrics, tracing, memory);
    this.running = running(config, shown, naming);
    AdminServer opened = null;
    InetSocketAddress identifiers = null;
    boolean started = false;
    try {
      if (before == null) {
        opened =
            openAdmin(config.sharePorts() ? AdminServer.Port.SHAREABLE : AdminServer.Port.ALONE);
      }
      var change =
          routers.prepare(
              wanted(running, null),
              made -> {
                if (before != null) {
                  new Takeover(before).warm(config, made);
                }
              },
              address -> before != null && before.listensOn(address));
      change.commit(Duration.ZERO, Duration.ZERO);
      if (opened == null) {
        opened = openAdmin(AdminServer.Port.SHARED);
      }
      identifiers = listenForIdentifiers(opened, config.admin().identifierPort());
      tell(change.made());
      started = true;
    } finally {
      if (!started) {
        if (opened != null) {
          opened.close(Duration.ZERO);
        }
        end();
      }
    }
    this.admin = opened;
    this.identifierAddress = identifiers;
    if (before != null) {
      Takeover.settle(naming.control(), this::isAlone);
    }
  }

  private AdminServer openAdmin(AdminServer.Port sharing) throws IOException {
    return AdminServer.start(running.config.admin(), pages(running), metrics, adminTls, sharing);
  }

  private boolean isAlone() {
    boolean alone = admin.isAlone();
    for (HttpRouter router : routers.inForce().values()) {
      alone &= router.isAlone();
    }
    return alone;
  }

  /** Where the routers listen. */
  private List<InetSocketAddress> ports() {
    return routers.inForce().values().stream()
        .flatMap(router -> router.addresses().stream())
        .toList();
  }

  private @Nullable InetSocketAddress listenForIdentifiers(
      AdminServer server, @Nullable Integer port) throws IOException {
    if (port == null) {
      return null;
    }
    AdminPage page =
        request -> new IdentifierPage(running.config.routers()).answer(request); // those of now
    return server.listen(port, new AdminPages().add("/", page), "identifier");
  }

  private Running running(Configuration config, ShownConfig shown, Naming naming) {
    return new Running(config, shown, naming, new Explainer(naming, config, routers::clientStates));
  }

  private AdminPages pages(Running shown) {
    var pages =
        new Pages(shown.naming, shown.explainer)
            .all(
                new Pages.Shown(
                    shown.config,
                    shown.shown,
                    this::refusal,
                    telemeters,
                    tracing,
                    routers::clientStates),
                shutdown);
    if (shown.config.sharePorts()) {
      pages.add(Sharing.PATH, Sharing.page(routers::inForce, this::ports));
    }
    var by = reloads;
    return by == null ? pages : pages.addControl("/admin/reload", new ReloadPage(by));
  }

  private @Nullable String refusal() {
    var by = reloads;
    return by == null ? null : by.status().refusal();
  }

  private static List<Routers.Wanted> wanted(Running next, @Nullable Running now) {
    return next.config.routers().stream()
        .map(
            router ->
                new Routers.Wanted(
                    router,
                    now != null && next.naming.binds(router, now.naming),
                    () -> next.naming.interpreter(router),
                    next.explainer.of(router)))
        .toList();
  }

  private void tell(List<String> labels) {
    for (String label : labels) {
      for (InetSocketAddress address : addresses(label)) {
        LOG.info(
            "serving {} on {}:{}", label, address.getAddress().getHostAddress(), address.getPort());
      }
    }
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

  /** From now on the admin port has {@code /admin/reload}. */
  void reloadBy(Reloads by) {
    reloads = by;
    admin.serve(running.config.admin(), pages(running));
  }

  /** What is in force. */
  Configuration config() {
    return running.config;
  }

  /** What the admin port shows of it. */
  ShownConfig shown() {
    return running.shown;
  }

  /**
   * Puts another configuration in place of the one in force: all of it, or, when anything of it
   * cannot be had, nothing. Blocks; one thread at a time.
   *
   * @param config with the same telemeters, and the same addresses and TLS of the admin port
   * @return the labels of the routers that were made anew
   * @throws IOException when a port cannot be had, or the process is ending; nothing changed then
   * @throws IllegalArgumentException when a file that the configuration names cannot be used;
   *     likewise
   */
  List<String> change(Configuration config, ShownConfig shown) throws IOException {
    var now = running;
    var next = running(config, shown, now.naming.next(config));
    Routers.Change change = null;
    boolean done = false;
    try {
      change = routers.prepare(wanted(next, now));
      change.warm(WARM);
      commit(change, next);
      done = true;
    } finally {
      if (!done) {
        if (change != null) {
          change.cancel();
        }
        next.naming.release();
      }
    }
    now.naming.release();
    tell(change.made());
    return change.made();
  }

  private synchronized void commit(Routers.Change change, Running next) throws IOException {
    if (ending) {
      throw new IOException("fairlead is ending; start it again by this configuration");
    }
    change.commit(next.config.admin().linger(), next.config.admin().shutdownGrace());
    running = next;
    admin.serve(next.config.admin(), pages(next));
  }

  /** Tells what requests would do here. */
  Explainer explainer() {
    return running.explainer;
  }

  MetricsTree metrics() {
    return metrics;
  }

  ControlPlane plane() {
    return running.naming.plane();
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
    HttpRouter router = routers.inForce().get(label);
    return router == null ? List.of() : router.addresses();
  }

  /**
   * What is ended when: all routers stay open for a while, then first those that this host's
   * services call out through, last those whose endpoints are only of this host, since what the
   * others send here comes in by them (decision 8).
   */
  void endWith(LifeCycle life) {
    var steps = new ArrayList<LifeCycle.Step>();
    steps.add(new LifeCycle.Step(LifeCycle.Phase.LEAVING, this::leave));
    steps.add(
        new LifeCycle.Step(
            LifeCycle.Phase.OUTGOING, limit -> routers.drain(Proxy::isOutgoing, limit)));
    steps.add(
        new LifeCycle.Step(
            LifeCycle.Phase.INCOMING, limit -> routers.drain(Incoming::isIncoming, limit)));
    steps.add(new LifeCycle.Step(LifeCycle.Phase.TELEMETERS, telemeters::end));
    steps.add(new LifeCycle.Step(LifeCycle.Phase.ADMIN, this::endAdmin));
    life.addAll(steps);
  }

  /** Files of access logs were moved away: they are opened anew where that is asked for. */
  void reopenLogs() {
    routers.inForce().values().forEach(HttpRouter::reopenLogs);
  }

  private static boolean isOutgoing(RouterConfig router) {
    return !Incoming.isIncoming(router);
  }

  /** The rest ends on a thread of its own: it waits for others, which none of theirs may do. */
  private CompletionStage<?> endAdmin(Duration limit) {
    return admin
        .close(limit)
        .thenRunAsync(this::end, end -> Thread.ofPlatform().name("shutdown-end").start(end));
  }

  /** Keeps listening for the configured time while answers say goodbye. */
  private CompletionStage<?> leave(Duration limit) {
    changeNoMore();
    routers.leave();
    Duration open = shorter(running.config.admin().linger(), limit.dividedBy(2));
    var left = new CompletableFuture<Void>();
    running.naming.control().after(open, () -> left.complete(null));
    return left;
  }

  private synchronized void changeNoMore() {
    ending = true;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Ends everything at once. */
  void close() {
    changeNoMore();
    routers.close();
    admin.close(Duration.ZERO).toCompletableFuture().join();
    end();
  }

  private void end() {
    adminTls.close();
    routers.close();
    tracing.close();
    running.naming.close();
    telemeters.close();
    EventLoops.end(loops);
  }
}
