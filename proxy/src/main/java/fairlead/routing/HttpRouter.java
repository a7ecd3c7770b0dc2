package fairlead.routing;

import fairlead.activity.Blocking;
import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.exchange.Limits;
import fairlead.exchange.Service;
import fairlead.http1.Compression;
import fairlead.http1.ServerSettings;
import fairlead.http2.Http2ServerSettings;
import fairlead.interpreter.Interpreter;
import fairlead.naming.Path;
import fairlead.routing.explain.Explaining;
import fairlead.routing.explain.Inquiries;
import fairlead.routing.identify.Identifiers;
import fairlead.server.BoundAddress;
import fairlead.server.HttpListener;
import fairlead.server.MemoryGuard;
import fairlead.server.ServerConfig;
import fairlead.server.ServerConfig.Spoken;
import fairlead.server.ServerStack;
import fairlead.server.Transport;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.access.AccessLogs;
import fairlead.telemetry.trace.RouterTracing;
import fairlead.telemetry.trace.Tracing;
import fairlead.tls.TlsContexts;
import fairlead.wire.HeadLimits;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured http router: its listeners, its bindings, and a {@link Router} on each event loop.
 * Made, started and closed by the launcher.
 */
public final class HttpRouter {
  private static final Logger LOG = LoggerFactory.getLogger(HttpRouter.class);

  private final RouterConfig config;
  private final SerialExecutor control;
  private final MemoryGuard memory;
  private final Metrics metrics;
  private final Bindings bindings;
  private final HeadLimits heads;
  private final @Nullable Compression compression;
  private final Explaining explaining;
  private final Transport transport;
  private final TlsContexts contexts;
  private final AccessLogs accessLogs;
  private final RouterTracing tracing;
  private final List<Watch> gauges = new ArrayList<>();
  private final AtomicBoolean released = new AtomicBoolean();
  private final Map<Loop, Router> routers = new LinkedHashMap<>();
  private final List<Served> servers = new CopyOnWriteArrayList<>();

  /**
   * Does not listen yet.
   *
   * @param interpreter closed with the router
   * @param explaining tells callers that may ask what their requests do
   * @param metrics the root; {@code rt/<label>} is below it
   * @param tracing of the process; outlives the router
   * @param memory of the process
   */
  public HttpRouter(
      RouterConfig config,
      Interpreter interpreter,
      Explaining explaining,
      SerialExecutor control,
      EventLoopGroup loops,
      Metrics metrics,
      Tracing tracing,
      MemoryGuard memory) {
    this(
        config,
        interpreter,
        explaining,
        control,
        loops,
        metrics,
        tracing,
        memory,
        System.nanoTime());
  }

  /**
   * The same, with chance under control.
   *
   * @param seed of all that is drawn at random
   * @throws IllegalArgumentException when a file of a log is of no use
   */
  public HttpRouter(
      RouterConfig config,
      Interpreter interpreter,
      Explaining explaining,
      SerialExecutor control,
      EventLoopGroup loops,
      Metrics metrics,
      Tracing tracing,
      MemoryGuard memory,
      long seed) {
    this.config = config;
    this.explaining = explaining;
    this.control = control;
    this.memory = memory;
    this.transport = Transport.of(loops);
    this.metrics = metrics.scope("rt").scope(config.label());
    this.heads =
        new HeadLimits(
            config.maxInitialLineBytes(),
            config.maxHeadersBytes(),
            HeadLimits.DEFAULT.fields(),
            HeadLimits.DEFAULT.obsText());
    this.compression = Compression.ofLevel(config.compressionLevel());
    this.contexts = new TlsContexts(control, Blocking.virtualThreads(), this.metrics);
    this.tracing =
        new RouterTracing(config.propagation(), tracing, config.label(), config.dtab().show());
    this.accessLogs =
        new AccessLogs(config.accessLogs(), config.label(), InstantSource.system(), this.metrics);
    var all = number(loops, seed);
    this.bindings =
        new Bindings(
            config,
            interpreter,
            new Client.Shared(
                control,
                config.client(),
                heads,
                contexts,
                new LinkLocal(config.dtab()),
                transport,
                all,
                all.stream().map(_ -> accessLogs.attempts()).toList(),
                config.propagation(),
                seed,
                config.servers().stream().anyMatch(server -> server.spoken() == Spoken.HTTP2),
                this.metrics),
            this.metrics);
    makeRouters(all);
    if (config.originator()) {
      gauges.add(this.metrics.gauge("originator", () -> 1));
    }
    this.metrics.hold();
  }

  /**
   * Listens on every server of the configuration. Blocks; not on a loop.
   *
   * @return the addresses in the order of the servers, with the ports that the system chose
   * @throws IOException when an address cannot be had; nothing listens then
   * @throws IllegalArgumentException when a file of certificates is of no use; likewise
   */
  public List<InetSocketAddress> start() throws IOException {
    try {
      prepare(Map.of(), Set.of(), _ -> false);
    } catch (IOException | IllegalArgumentException e) {
      close();
      throw e;
    }
    for (var served : servers) {
      var _ = served.open();
    }
    return addresses();
  }

  /**
   * Makes all that is needed to serve, and serves nothing yet. Blocks; not on a loop.
   *
   * @param running what listens at present, by {@link Served#place}
   * @param ours where this process listens, also where it is about to end
   * @param shared whether another process may listen on an address that is new; connections are
   *     ours from then on
   * @throws IOException when an address cannot be had; close it then
   * @throws IllegalArgumentException when a file of certificates is of no use; close it then
   */
  void prepare(
      Map<Served.Place, Served> running,
      Set<Served.Place> ours,
      Predicate<InetSocketAddress> shared)
      throws IOException {
    prepareTls();
    for (int i = 0; i < config.servers().size(); i++) {
      var server = config.servers().get(i);
      var place = Served.placeOf(config, i);
      var made = served(server, place);
      servers.add(made);
      boolean takesOver = shared.test(new InetSocketAddress(server.ip(), server.port()));
      made.prepare(running.get(place), ours, takesOver);
    }
  }

  /** One for each server of the configuration, once prepared. */
  List<Served> servers() {
    return List.copyOf(servers);
  }

  RouterConfig config() {
    return config;
  }

  private Stream<HttpListener> own() {
    return servers.stream().filter(Served::owns).map(Served::listener);
  }

  /** Where it listens, in the order of its servers. Any thread. */
  public List<InetSocketAddress> addresses() {
    return servers.stream().map(Served::address).toList();
  }

  /**
   * Whether nobody else listens on our ports any more. Blocks shortly; to be asked again until it
   * is so.
   */
  public boolean isAlone() {
    boolean alone = true;
    for (var listener : own().toList()) {
      alone &= listener.isAlone();
    }
    return alone;
  }

  /** The logical names that requests were sent to lately. Any thread. */
  public CompletionStage<List<Path>> names() {
    return CompletableFuture.supplyAsync(bindings::names, control);
  }

  /** Binds names before a request asks for them. Any thread. Done when all addresses are known. */
  public CompletionStage<?> warm(List<Path> names) {
    var all = names.stream().map(bindings::warm).toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(all);
  }

  /**
   * Sends a request of our own through codec, filters, identifier and binding, by a listener that
   * nobody else knows of, to where it is answered by us. Blocks.
   *
   * @throws IOException when no answer came
   */
  public void testItself() throws IOException {
    var scope = metrics.scope("self_test");
    var server = ServerConfig.onLoopback();
    var shared = ServerStack.Shared.of(server, memory, accessLogs, tracing, scope);
    var listener = listener(server, entrances(server, shared, scope), scope);
    try {
      var bound = BoundAddress.bind(server, transport, false, false);
      listener.takeOver(bound);
      SelfTest.ask(bound.address(), config.dstPrefix());
    } finally {
      listener.close();
      shared.close();
      scope.remove();
    }
  }

  /**
   * From now on each answer asks its caller to come by another connection, while new connections
   * are still accepted. Any thread.
   */
  public void leave() {
    own().forEach(HttpListener::leave);
  }

  /**
   * Stops listening, closes connections once nothing is in progress on them, and what is left after
   * {@code limit} anyhow. Any thread. Done when the last caller's connection is closed.
   */
  public CompletionStage<?> drain(Duration limit) {
    return CompletableFuture.allOf(
        own()
            .map(listener -> listener.drain(limit).toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  /**
   * Closes everything at once, the interpreter too. Not on an event loop: writes what access logs
   * still hold, and waits for that, two seconds for each log whose reader stands still.
   */
  public void close() {
    servers.forEach(Served::close);
    control.execute(bindings::close);
    release();
  }

  /** Files of access logs were moved away: they are opened anew where that is asked for. */
  public void reopenLogs() {
    accessLogs.reopen();
  }

  /**
   * Binds what {@code other} has bound, so that the next requests need not wait. Done when that is
   * known, which may be never. Any thread.
   */
  CompletionStage<?> warmLike(HttpRouter other) {
    return CompletableFuture.supplyAsync(() -> bindings.warm(other.bindings.keys()), control)
        .thenCompose(known -> known);
  }

  /** Forgets some of the names that nobody uses right now; how many. Control plane only. */
  int shed() {
    return bindings.shed();
  }

  /**
   * No requests come any more: ends when those that are under way have ended, as slowly as they
   * like. Its listeners are others' business. Any thread. Done then.
   */
  CompletionStage<?> retire() {
    return CompletableFuture.supplyAsync(bindings::retire, control)
        .thenCompose(done -> done)
        .thenRunAsync(this::release, work -> Blocking.virtualThreads().run("router-end", work));
  }

  private void release() {
    if (released.compareAndSet(false, true)) {
      servers.forEach(Served::release);
      contexts.close();
      accessLogs.close();
      gauges.forEach(Watch::close);
      metrics.remove();
    }
  }

  /** How many connections of callers there are. Any thread. */
  public int connections() {
    return own().mapToInt(HttpListener::connections).sum();
  }

  /** The clients there are right now, and what each of them may send to. Any thread. */
  public CompletionStage<Map<Path, ClientState>> clientStates() {
    return CompletableFuture.supplyAsync(bindings::clientStates, control);
  }

  private List<Loop> number(EventLoopGroup group, long seed) {
    var chance = RandomGeneratorFactory.of("L64X128MixRandom");
    var all = new ArrayList<Loop>();
    for (EventExecutor executor : group) {
      RandomGenerator random = chance.create(seed + all.size());
      var loop = new Loop(all.size(), (EventLoop) executor, random);
      all.add(loop);
    }
    return List.copyOf(all);
  }

  private void makeRouters(List<Loop> all) {
    var identifier = Identifiers.of(config.identifiers(), config.dstPrefix());
    var texts = new FailureTexts(config.dtab(), config.bindingTimeout());
    for (var loop : all) {
      var router = new Router(identifier, bindings, loop, texts);
      routers.put(loop, router);
      bindings.onClosed(gone -> loop.tell(() -> router.forget(gone)));
    }
  }

  /** Files are read now, and not when a name is bound. */
  private void prepareTls() {
    for (var client : config.client().tls()) {
      var tls = client.tls();
      if (tls == null) {
        continue;
      }
      contexts.client(tls, client.alpn());
      if (tls.disableValidation()) {
        LOG.warn(
            "router '{}': a client's TLS has 'disableValidation: true': whoever gets between us and"
                + " its endpoints can read and change everything; name who is expected instead",
            config.label());
      }
      if (tls.listed()) {
        LOG.warn(
            "router '{}': 'trustCerts' of a client's TLS is deprecated; write the certificates into"
                + " one file and name it in 'trustCertsBundle'",
            config.label());
      }
    }
    for (var server : config.servers()) {
      var tls = server.tls();
      if (tls != null && tls.requireClientAuth() && tls.caCertPath() == null) {
        LOG.warn(
            "router '{}': 'requireClientAuth' on port {} without 'caCertPath': everybody is let in"
                + " whose certificate is from any public CA",
            config.label(),
            server.port());
      }
    }
  }

  private Served served(ServerConfig server, Served.Place place) {
    var scope = metrics.scope("server").scope(server.ip().getHostAddress() + "/" + server.port());
    var shared = ServerStack.Shared.of(server, memory, accessLogs, tracing, scope);
    var entrances = entrances(server, shared, scope);
    return new Served(
        server,
        place,
        Served.Terms.of(config, server),
        shared,
        entrances,
        transport,
        () -> listener(server, entrances, scope),
        scope);
  }

  private Map<EventLoop, Service> entrances(
      ServerConfig server, ServerStack.Shared shared, Metrics scope) {
    var forbidden =
        server.guard().allowAddressesInDtab()
            ? null
            : new RequestAddresses(config.dtab(), config.dstPrefix());
    var dtabs = scope.scope("dtab").stat("size");
    gauges.add(scope.gauge("pending_io_events", transport::pendingTasks));
    var entrances = new HashMap<EventLoop, Service>();
    routers.forEach(
        (loop, router) -> {
          var stack =
              ServerStack.of(server, config.label(), shared, loop.executor(), loop.random());
          var inquiries =
              new Inquiries(
                  config.label(), server, config.keptBodyBytes(), explaining, loop.executor());
          entrances.put(
              loop.executor(),
              new Entrance(server.clearContext(), forbidden, inquiries, stack, router, dtabs));
        });
    return entrances;
  }

  private HttpListener listener(
      ServerConfig server, Map<EventLoop, Service> entrances, Metrics scope) {
    var settings =
        new ServerSettings(
            heads,
            new Limits(
                config.maxErrResponseBytes(),
                config.maxHeadersBytes(),
                config.keptBodyBytes(),
                config.maxBodyBytes()),
            server.idleTime(),
            server.lifeTime(),
            server.guard().patience(),
            compression);
    var http2 =
        new Http2ServerSettings(
            server.http2(),
            settings.limits(),
            server.idleTime(),
            server.lifeTime(),
            server.guard().patience(),
            server.tunnels().upgrades().contains("websocket"),
            server.spoken() == Spoken.HTTP2);
    return new HttpListener(
        server, transport, settings, http2, loop -> of(entrances, loop), memory, contexts, scope);
  }

  private static Service of(Map<EventLoop, Service> entrances, EventLoop loop) {
    var entrance = entrances.get(loop);
    if (entrance == null) {
      throw new IllegalStateException("event loop: " + loop + " (expected: one of the router's)");
    }
    return entrance;
  }
}
