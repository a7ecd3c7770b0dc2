package fairlead.server;

import fairlead.exchange.ErrorCode;
import fairlead.exchange.Service;
import fairlead.http1.ServerCodec;
import fairlead.http1.ServerSettings;
import fairlead.http2.Http2ServerSettings;
import fairlead.http2.ServerConnection;
import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import fairlead.server.ServerConfig.Spoken;
import fairlead.telemetry.ConnectionStats;
import fairlead.telemetry.Metrics;
import fairlead.tls.ForwardedCertificate;
import fairlead.tls.Handshake;
import fairlead.tls.HandshakeStats;
import fairlead.tls.Renewed;
import fairlead.tls.ServerTlsContext;
import fairlead.tls.TlsContexts;
import fairlead.wire.Addresses;
import fairlead.wire.CallerConnection;
import fairlead.wire.Glitch;
import fairlead.wire.ServerOwner;
import fairlead.wire.ServerOwner.Phase;
import fairlead.wire.Slowness;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves the connections to one address, by one set of rules. A connection stays on the loop that
 * accepted it.
 */
public final class HttpListener implements ServerOwner {
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32_768, 65_536);

  private static final String HTTP1 = "http/1.1";
  private static final String HTTP2 = "h2";

  private final ServerConfig config;
  private final Transport transport;
  private final ServerSettings settings;
  private final Http2ServerSettings http2;
  private final Map<EventLoop, CurrentService> services = new HashMap<>();
  private final ConnectionStats stats;
  private final GuardStats guarded;
  private final Admission admission;
  private final @Nullable Secrets secrets;

  /** Null while it does not listen. */
  private volatile @Nullable BoundAddress sockets;

  /** What a listener has that speaks TLS. */
  private record Secrets(Renewed<ServerTlsContext> contexts, HandshakeStats stats) {}

  /** Written once a connection, by any loop. */
  private final Set<CallerConnection> connections = ConcurrentHashMap.newKeySet();

  private final CompletableFuture<Boolean> drained = new CompletableFuture<>();

  /** Written by who drains, read by the loops. */
  private volatile Phase phase = Phase.SERVING;

  /** Whether no connections come any more; as {@code phase}. */
  private volatile boolean last;

  private final Metrics scope;
  private final AtomicBoolean released = new AtomicBoolean();

  /**
   * Does not listen yet.
   *
   * <p>Blocks where there is TLS.
   *
   * @param services what serves the connections of a loop, at first
   * @param contexts where that of TLS comes from
   * @param scope {@code rt/<label>/server/<ip>/<port>}
   * @throws IllegalArgumentException when a file of certificates is of no use
   */
  public HttpListener(
      ServerConfig config,
      Transport transport,
      ServerSettings settings,
      Http2ServerSettings http2,
      Function<EventLoop, Service> services,
      MemoryGuard memory,
      TlsContexts contexts,
      Metrics scope) {
    this.config = config;
    String address = config.ip().getHostAddress() + ":" + config.port();
    this.secrets = // first: who cannot be made holds no metrics
        config.tls() == null
            ? null
            : new Secrets(
                contexts.server(
                    "listener " + address, config.tls(), protocols(config.spoken()), scope),
                new HandshakeStats(scope));
    this.scope = scope.hold();
    this.transport = transport;
    this.settings = settings;
    this.http2 = http2;
    for (EventExecutor loop : transport.loops()) {
      var first = (EventLoop) loop;
      this.services.put(first, new CurrentService(services.apply(first)));
    }
    this.stats = new ConnectionStats(scope, config.spoken() != Spoken.HTTP1);
    this.guarded = new GuardStats(scope, config.spoken() != ServerConfig.Spoken.HTTP1);
    var most = config.guard().maxConnections();
    this.admission =
        new Admission(most, OpenFiles.ofSystem(), memory, guarded, address, config.tls() != null);
  }

  /** Connections to {@code open} come here from now on. */
  public void takeOver(BoundAddress open) {
    sockets = open;
    open.openFor(new Accepting());
    note("listens on port " + open.address().getPort());
  }

  private void note(String text) {
    FlightRecorder.note(Kind.LISTENER, config.ip().getHostAddress() + ":" + config.port(), text);
  }

  /** What it listens on; null when it does not. */
  public @Nullable BoundAddress sockets() {
    return sockets;
  }

  /**
   * Another one has taken its sockets over: the connections that are left are asked to come again
   * with their next answer, and live as long as they like. Any thread. Done when there are none;
   * then it is to be {@link #release}d.
   */
  public CompletionStage<?> retire() {
    sockets = null;
    phase = Phase.LEAVING;
    last = true;
    completeIfEmpty();
    return drained;
  }

  /** Lets go of metrics and certificates; what is still connected is served on. Any thread. */
  public void release() {
    if (released.compareAndSet(false, true)) {
      stats.close();
      if (secrets != null) {
        secrets.contexts().close();
        secrets.stats().close();
      }
      scope.remove();
    }
  }

  /**
   * Sends what comes from now on elsewhere, also by the connections that there are. Any thread.
   * Done when each loop does.
   */
  public CompletionStage<?> redirect(Function<EventLoop, Service> next) {
    var all =
        services.entrySet().stream()
            .map(
                entry ->
                    CompletableFuture.runAsync(
                        () -> entry.getValue().become(next.apply(entry.getKey())), entry.getKey()))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(all);
  }

  /**
   * Whether nobody else listens here any more, as far as somebody did when we began to. Blocks
   * shortly; to be asked again until it is so.
   */
  public boolean isAlone() {
    var open = sockets;
    return open == null || open.isAlone();
  }

  /** From now on each answer asks its caller to come by another connection. Any thread. */
  public void leave() {
    phase = Phase.LEAVING;
    note("says goodbye to " + connections.size() + " connections");
  }

  /**
   * Stops listening, closes connections once nothing is in progress on them, and what is left after
   * {@code limit} anyhow. Any thread. Done when the last is closed.
   */
  public CompletionStage<?> drain(Duration limit) {
    note("stops listening, ends " + connections.size() + " connections");
    if (phase == Phase.SERVING) {
      leave();
    }
    var open = sockets;
    if (open == null) {
      finishAll();
    } else {
      var _ = open.end(limit.dividedBy(2)).thenRun(this::finishAll);
    }
    var _ =
        transport.loops().next().schedule(this::closeAll, limit.toNanos(), TimeUnit.NANOSECONDS);
    return drained;
  }

  /** Nothing comes any more: what is there ends. */
  private void finishAll() {
    phase = Phase.CLOSING;
    last = true;
    connections.forEach(c -> c.execute(c::finish));
    completeIfEmpty();
  }

  /** Closes everything at once. Any thread. */
  public void close() {
    phase = Phase.CLOSING;
    last = true;
    stopListening();
    closeAll();
    completeIfEmpty();
    release();
  }

  /** How many connections there are. Any thread. */
  public int connections() {
    return connections.size();
  }

  private void stopListening() {
    var open = sockets;
    if (open != null) {
      open.close();
    }
  }

  private void closeAll() {
    connections.forEach(c -> c.execute(c::close));
  }

  private void completeIfEmpty() {
    if (last && connections.isEmpty()) {
      drained.complete(true);
    }
  }

  private final class Accepting implements BoundAddress.Acceptor {
    @Override
    public void acceptFailed() {
      guarded.acceptFailed();
    }

    @Override
    public void accept(Channel channel) {
      setOptions(channel);
      if (!admission.admits(channel)) {
        return;
      }
      var service = current(channel.eventLoop());
      if (config.guard().isTrusted(channel.remoteAddress())) {
        channel
            .pipeline()
            .addLast(
                new ProxyHeaderHandler(
                    settings.patience().head(), told -> begin(channel, service, told), guarded));
      } else {
        begin(channel, service, null);
      }
    }
  }

  private void setOptions(Channel channel) {
    var options = config.socketOptions();
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    if (!options.noDelay()) {
      channel.config().setOption(ChannelOption.TCP_NODELAY, false); // on is where it begins
    }
    if (options.keepAlive() != null) {
      channel.config().setOption(ChannelOption.SO_KEEPALIVE, options.keepAlive());
    }
  }

  /** What serves its connections on this loop, whatever that is at the time. Any thread. */
  public Service current(EventLoop loop) {
    var service = services.get(loop);
    if (service == null) {
      throw new IllegalStateException("event loop: " + loop + " (expected: one of the listener's)");
    }
    return service;
  }

  /** What the connection itself begins with: a handshake, or a request. */
  private void begin(Channel channel, Service service, ProxyHeader.@Nullable Told told) {
    var addresses = told == null ? null : new Addresses(told.source(), told.destination());
    if (secrets == null) {
      channel.pipeline().addLast(codecFor(null, new Caller(service, addresses, null)));
      return;
    }
    Handshake.withCaller(
        channel.pipeline(),
        secrets.contexts().get().handler(channel.alloc()),
        secrets.stats(),
        (pipeline, how) -> {
          var peer = how.peer();
          var certificate = peer == null ? null : ForwardedCertificate.of(peer);
          var caller = new Caller(service, addresses, certificate);
          pipeline.addLast(codecFor(how.protocol(), caller));
        });
  }

  /**
   * Whose connection it is.
   *
   * @param told by another proxy; null for the connection's own addresses
   * @param certificate as backends are told of it; null when there is none
   */
  private record Caller(Service service, @Nullable Addresses told, @Nullable String certificate) {}

  /**
   * Who speaks with a caller.
   *
   * @param protocol agreed on by ALPN; null without TLS or without an agreement: then the first
   *     bytes tell
   */
  private ChannelHandler codecFor(@Nullable String protocol, Caller caller) {
    if (HTTP2.equals(protocol)) {
      return http2(caller);
    }
    return switch (config.spoken()) {
      case HTTP1 -> http1(caller);
      case BOTH ->
          protocol == null ? detector(() -> http2(caller), () -> http1(caller)) : http1(caller);
      case HTTP2 -> {
        Supplier<ServerConnection> connection = () -> http2(caller);
        var patience = settings.patience().head();
        yield detector(
            connection::get, () -> new H2cUpgrade(settings.heads(), patience, connection));
      }
    };
  }

  /** What is spoken inside TLS, by ALPN name (RFC 7301), the best first. */
  private static List<String> protocols(Spoken spoken) {
    return switch (spoken) {
      case HTTP1 -> List.of(HTTP1);
      case BOTH -> List.of(HTTP2, HTTP1);
      case HTTP2 -> List.of(HTTP2);
    };
  }

  private ChannelHandler detector(Supplier<ChannelHandler> second, Supplier<ChannelHandler> first) {
    return new ProtocolDetector(
        settings.patience().head(), settings.idleTime(), second, first, this);
  }

  private ServerCodec http1(Caller caller) {
    return new ServerCodec(settings, caller.service, this, caller.told, caller.certificate);
  }

  private ServerConnection http2(Caller caller) {
    return new ServerConnection(http2, caller.service, this, caller.told, caller.certificate);
  }

  @Override
  public Phase phase() {
    return phase;
  }

  @Override
  public void joined(CallerConnection connection) {
    connections.add(connection);
    if (phase == Phase.CLOSING) {
      connection.turnAway();
    }
  }

  @Override
  public void left(CallerConnection connection) {
    connections.remove(connection);
    completeIfEmpty();
  }

  @Override
  public void opened() {
    stats.opened();
  }

  @Override
  public void bytes(long received, long sent) {
    stats.bytes(received, sent);
  }

  @Override
  public void closed(
      long nanos, long received, long sent, long requests, @Nullable Throwable cause) {
    stats.closed(nanos, received, sent, requests, cause);
  }

  @Override
  public void streams(int more) {
    stats.streams(more);
  }

  @Override
  public void data(boolean sent, int bytes) {
    stats.data(sent, bytes);
  }

  @Override
  public void trailers(boolean sent) {
    stats.trailers(sent);
  }

  @Override
  public void reset(boolean sent, ErrorCode code) {
    stats.reset(sent, code);
  }

  @Override
  public void writable(long nanos, long notNanos) {
    stats.writable(nanos, notNanos);
  }

  @Override
  public void tooSlow(Slowness what) {
    guarded.tooSlow(what);
  }

  @Override
  public void glitch(Glitch what) {
    guarded.glitch(what);
  }

  @Override
  public void spent(Glitch what) {
    guarded.spent(what);
    note("a caller's connection is told GOAWAY: too many of " + what);
  }

  @Override
  public void idleClose() {
    stats.idleClose();
  }

  @Override
  public void lifetimeClose() {
    stats.lifetimeClose();
  }
}
