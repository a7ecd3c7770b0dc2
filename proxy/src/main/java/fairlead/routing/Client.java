package fairlead.routing;

import fairlead.activity.Activity;
import fairlead.activity.Published;
import fairlead.activity.SerialExecutor;
import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.balance.Balancer;
import fairlead.balance.Members;
import fairlead.balance.Members.Member;
import fairlead.balance.Pickers;
import fairlead.balance.accrual.AttemptVerdict;
import fairlead.balance.accrual.Health;
import fairlead.balance.accrual.NackAdmission;
import fairlead.balance.accrual.StatusVerdict;
import fairlead.client.ClientConfig;
import fairlead.client.ClientConfigs;
import fairlead.client.Connector;
import fairlead.client.PingStats;
import fairlead.client.Pool;
import fairlead.client.PoolStats;
import fairlead.client.StreamPool;
import fairlead.client.Streams;
import fairlead.client.TlsDial;
import fairlead.exchange.AnswerTimeout;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Stack;
import fairlead.http.HeaderNames;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import fairlead.naming.Path;
import fairlead.retry.RetryBudget;
import fairlead.server.Transport;
import fairlead.telemetry.FailureNames;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.RequestStats;
import fairlead.telemetry.RequestStats.Side;
import fairlead.telemetry.StatusStats;
import fairlead.telemetry.access.AccessLogs;
import fairlead.telemetry.trace.Propagation;
import fairlead.tls.HandshakeStats;
import fairlead.tls.TlsContexts;
import fairlead.wire.HeadLimits;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of one bound id, whoever uses it ({@code spec/client.md}). Made and closed by
 * the control plane; each event loop has its own part.
 */
final class Client extends SharedEntry {
  /** What counts against an endpoint. */
  private static final AttemptVerdict VERDICT = new StatusVerdict();

  private final Path id;
  private final Metrics scope;
  private final ClientConfig config;
  private final SerialExecutor control;
  private final @Nullable TlsDial dial;
  private final Connector connector;
  private final PoolStats poolStats;

  /** Null where HTTP/1 is spoken. */
  private final @Nullable PingStats pings;

  private final @Nullable ClientCertFilter certificates;
  private final RequestStats requests;
  private final StatusStats status;
  private final ByService<RequestStats> services;
  private final RequeueStats requeues;
  private final RetryBudget requeueBudget;
  private final Pickers pickers;
  private final EndpointStates states;

  /** Of HTTP/1 only ({@code spec/client.md} §9). */
  private final @Nullable NackAdmission nacks;

  private final Published<Members> members;
  private final List<Loop> loops;
  private final List<AccessLogs.Attempts> logs;
  private final Propagation propagation;
  private final List<LoopClient> parts = new ArrayList<>();
  private final List<Watch> watches = new ArrayList<>();

  /** Control plane only. */
  private boolean closed;

  /**
   * What all clients of a router have in common.
   *
   * @param logs of attempts, one a loop
   * @param streams whether the router speaks HTTP/2 with its callers alone
   */
  record Shared(
      SerialExecutor control,
      ClientConfigs configs,
      HeadLimits heads,
      TlsContexts contexts,
      LinkLocal linkLocal,
      Transport transport,
      List<Loop> loops,
      List<AccessLogs.Attempts> logs,
      Propagation propagation,
      long seed,
      boolean streams,
      Metrics metrics) {}

  Client(Path id, Activity<Addr> addr, Shared shared) {
    super(shared.control);
    this.id = id;
    this.control = shared.control;
    this.config = shared.configs.of(id);
    this.loops = shared.loops;
    this.logs = shared.logs;
    this.propagation = shared.propagation;
    this.scope = shared.metrics.scope("client").scope(id.show().substring(1)).hold();
    this.poolStats = new PoolStats(scope, config.http2() != null);
    this.pings = config.http2() == null ? null : new PingStats(scope);
    this.requests = new RequestStats(Side.CLIENT, shared.streams, scope);
    this.status = new StatusStats(true, shared.streams, scope);
    this.services =
        new ByService<>(
            scope.scope("service"), (_, of) -> new RequestStats(Side.CLIENT, shared.streams, of));
    var retries = scope.scope("retries");
    this.requeues = new RequeueStats(retries);
    this.requeueBudget =
        new RetryBudget(config.requeueBudget(), loops.size(), shared.control.nanos());
    var balancerScope = scope.scope("loadbalancer");
    LongSupplier nanos = shared.control::nanos;
    this.pickers = new Pickers(config.balancer(), nanos, balancerScope);
    this.nacks =
        config.http2() == null
            ? new NackAdmission(loops.size(), scope.scope("nack_admission_control"))
            : null;
    this.members = new Published<>(shared.control);
    this.certificates = ClientCertFilter.of(config, shared.configs);
    this.dial = dial(shared);
    this.connector =
        new Connector(shared.transport.channel(), config, shared.heads, dial, poolStats);
    this.states = new EndpointStates(id, shared, config, connector, scope, pickers.shared());
    if (config.concurrency() != null) {
      watches.add(limitScope().gauge("concurrency_limit", this::limits));
      limitScope().counter("refused");
    }
    for (var loop : loops) {
      parts.add(new LoopClient(this, loop));
    }
    watches.add(retries.gauge("budget", () -> requeueBudget.balance(shared.control.nanos())));
    watches.add(scope.gauge("available", this::available));
    watches.add(scope.gauge("pending_io_events", shared.transport::pendingTasks));
    watches.addAll(List.of(pickers, states, status));
    if (nacks != null) {
      watches.add(nacks);
    }
    var allowed = addr.map(shared.linkLocal::without);
    var parts =
        new Balancer.Parts(
            config.balancer(),
            members,
            states::create,
            state -> state.startSlowly(nanos.getAsLong()),
            this::tellLoops);
    watches.add(new Balancer(allowed, parts, balancerScope, nanos));
  }

  private @Nullable TlsDial dial(Shared shared) {
    var tls = config.tls();
    return tls == null
        ? null
        : new TlsDial(
            shared.contexts.client(tls, config.alpn()),
            tls.commonName(),
            new HandshakeStats(scope));
  }

  Path id() {
    return id;
  }

  ClientConfig config() {
    return config;
  }

  Published<Members> members() {
    return members;
  }

  /** What it may send to, for {@code /client_state.json}. Any thread. */
  ClientState state() {
    return switch (members.read()) {
      case null -> ClientState.of(new State.Pending<>());
      case Members.Unavailable(var reason) -> ClientState.of(new State.Failed<>(reason));
      case Members.Known known ->
          new ClientState(
              new State.Ok<>(new Addr.Live(Set.copyOf(known.endpoints()), known.metadata())),
              out(known),
              limits(known),
              loads(known));
    };
  }

  private Map<Endpoint, ClientState.Load> loads(Members.Known known) {
    long now = control.nanos();
    var loads = new HashMap<Endpoint, ClientState.Load>();
    for (var member : known.members()) {
      var state = member.state();
      loads.put(member.endpoint(), new ClientState.Load(state.load(now), state.share(now)));
    }
    return loads;
  }

  private static Map<Endpoint, ClientState.Out> out(Members.Known known) {
    var out = new HashMap<Endpoint, ClientState.Out>();
    for (var member : known.members()) {
      var health = member.state().health().state();
      if (health.phase() != Health.Phase.ALIVE) {
        boolean waits = health.phase() == Health.Phase.DEAD;
        out.put(member.endpoint(), new ClientState.Out(health.reason(), health.deadFor(), !waits));
      } else if (member.state().isCutOff()) {
        out.put(member.endpoint(), new ClientState.Out("failFast", Duration.ZERO, true));
      }
    }
    return out;
  }

  private static Map<Endpoint, ClientState.Limit> limits(Members.Known known) {
    var limits = new HashMap<Endpoint, ClientState.Limit>();
    for (var member : known.members()) {
      var limit = member.state().limit();
      if (limit != null) {
        int inProgress = member.state().sessions().sum();
        limits.put(
            member.endpoint(), new ClientState.Limit(limit.limit(), inProgress, limit.baseline()));
      }
    }
    return limits;
  }

  /** Requests that all endpoints together may have in progress, where that is limited. */
  private int limits() {
    long sum = 0;
    if (members.read() instanceof Members.Known known) {
      for (var member : known.members()) {
        var limit = member.state().limit();
        sum += limit == null ? 0 : limit.limit();
      }
    }
    return (int) Math.min(sum, Integer.MAX_VALUE);
  }

  /** A request found every endpoint full. */
  Failure limited() {
    limitScope().counter("refused").increment();
    return new Failure.ConcurrencyLimited(label(), limits());
  }

  private Metrics limitScope() {
    return scope.scope("adaptive_concurrency");
  }

  /** The id as callers and metrics are told it. */
  String label() {
    return id.show().substring(1);
  }

  RequeueStats requeues() {
    return requeues;
  }

  /** Limits sending again what was not processed. */
  RetryBudget requeueBudget() {
    return requeueBudget;
  }

  Pickers pickers() {
    return pickers;
  }

  /** The part of one event loop. */
  LoopClient on(Loop loop) {
    return parts.get(loop.index());
  }

  /** The counters of the services' parts of this client's traffic. */
  ByService<RequestStats> services() {
    return services;
  }

  /** The sizes of the dtabs that requests bring; there once some did. */
  Metrics.Stat dtabs() {
    return scope.scope("dtab").stat("size");
  }

  /**
   * What an attempt passes ({@code spec/http.md} §1.4).
   *
   * @param authority the Host that the endpoints want, or null to keep the caller's
   */
  Stack attemptStack(Loop loop, @Nullable String authority) {
    var stack = new Stack();
    logs.get(loop.index()).addTo(stack); // an attempt is what comes below
    stack.then("trace", new TraceFilter(propagation, loop.random()));
    if (authority != null) {
      stack.then("host", new HostFilter(authority)); // above the stats: nothing fails here
    }
    if (certificates != null) {
      stack.then("clientCert", certificates); // the caller's own header is gone already
    }
    stack.then("status", status);
    if (nacks != null) {
      stack.then("nackAdmission", nacks.on(loop.index(), loop.random())); // above any endpoint
    }
    return stack.then("stats", requests); // above pool and connection: must see both fail
  }

  EndpointNode newNode(Member member, Loop loop) {
    var share = config.shareOf(loops.size());
    return new EndpointNode(
        member,
        loop,
        streams(member.endpoint().address(), loop, share),
        VERDICT,
        attemptTimeout(member.endpoint(), loop));
  }

  private Streams streams(InetSocketAddress address, Loop loop, ClientConfig share) {
    var http2 = share.http2();
    return http2 == null || pings == null
        ? new Pool(loop.executor(), address, connector, share, poolStats)
        : new StreamPool(loop.executor(), address, connector, share, http2, poolStats, pings);
  }

  private @Nullable AnswerTimeout attemptTimeout(Endpoint endpoint, Loop loop) {
    var timeout = config.attemptTimeout();
    return timeout == null
        ? null
        : AnswerTimeout.ofAttempts(
            timeout, loop.executor(), exchange -> timedOut(timeout, endpoint, exchange));
  }

  private Failure timedOut(Duration timeout, Endpoint endpoint, Exchange exchange) {
    var trace = exchange.request().first(HeaderNames.L5D_REQID);
    return new Failure.AttemptTimedOut(
        timeout, label(), endpoint.show(), trace == null ? "Not Available" : trace);
  }

  /** An attempt got no connection. */
  void sessionFailed(Failure failure) {
    var sessions = scope.scope("service_creation");
    sessions.counter("failures").increment();
    FailureNames.ofAttempt(failure).count(sessions.scope("failures"));
  }

  /** 1 when there is somebody to send to, for its gauge. */
  private double available() {
    return members.read() instanceof Members.Known known && !known.members().isEmpty() ? 1 : 0;
  }

  boolean isClosed() {
    return closed;
  }

  private void tellLoops() {
    for (var loop : loops) {
      loop.tell(() -> on(loop).refresh());
    }
  }

  @Override
  public void close() {
    closed = true;
    watches.forEach(Watch::close);
    poolStats.close();
    if (dial != null) {
      dial.stats().close();
    }
    requests.close();
    for (var loop : loops) {
      loop.tell(() -> on(loop).close());
    }
    scope.remove();
  }
}
