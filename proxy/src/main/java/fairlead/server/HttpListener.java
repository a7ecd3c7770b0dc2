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
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections on one address: one listening socket a loop where the system can share a
 * port, so that a connection stays on the loop that accepted it.
 */
public final class HttpListener implements ServerOwner {
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32_768, 65_536);

  private static final String HTTP1 = "http/1.1";
  private static final String HTTP2 = "h2";

  private final ServerConfig config;
  private final Transport transport;
  private final ServerSettings settings;
  private final Http2ServerSettings http2;
  private final Function<EventLoop, Service> services;
  private final ConnectionStats stats;
  private final GuardStats guarded;
  private final Admission admission;
  private final @Nullable Secrets secrets;
  private final ListeningSockets sockets = new ListeningSockets();

  /** What a listener has that speaks TLS. */
  private record Secrets(Renewed<ServerTlsContext> contexts, HandshakeStats stats) {}

  /** Written once a connection, by any loop. */
  private final Set<CallerConnection> connections = ConcurrentHashMap.newKeySet();

  private final CompletableFuture<Boolean> drained = new CompletableFuture<>();

  /** Written by who drains, read by the loops. */
  private volatile Phase phase = Phase.SERVING;

  /**
   * Does not listen yet.
   *
   * <p>Blocks where there is TLS.
   *
   * @param services what serves the connections of a loop; asked once a connection
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
    this.transport = transport;
    this.settings = settings;
    this.http2 = http2;
    this.services = services;
    this.stats = new ConnectionStats(scope, config.spoken() != Spoken.HTTP1);
    this.guarded = new GuardStats(scope, config.spoken() != ServerConfig.Spoken.HTTP1);
    String address = config.ip().getHostAddress() + ":" + config.port();
    var most = config.guard().maxConnections();
    this.admission =
        new Admission(most, OpenFiles.ofSystem(), memory, guarded, address, config.tls() != null);
    this.secrets =
        config.tls() == null
            ? null
            : new Secrets(
                contexts.server(
                    "listener " + address, config.tls(), protocols(config.spoken()), scope),
                new HandshakeStats(scope));
  }

  /**
   * Listens. Blocks; not on a loop.
   *
   * @return the address, with the port that the system chose when 0 was asked for
   * @throws IOException when the address cannot be had
   */
  public InetSocketAddress start() throws IOException {
    return start(false);
  }

  /**
   * The same, on a port that another process of this user may listen on: from now on the system
   * gives new connections to this one alone.
   */
  public InetSocketAddress start(boolean sharesPort) throws IOException {
    var address = listen(sharesPort);
    note("listens on port " + address.getPort());
    return address;
  }

  private void note(String text) {
    FlightRecorder.note(Kind.LISTENER, config.ip().getHostAddress() + ":" + config.port(), text);
  }

  private InetSocketAddress listen(boolean sharesPort) throws IOException {
    var address = new InetSocketAddress(config.ip(), config.port());
    if (!transport.reusePort()) {
      return bind(transport.loops().next(), address);
    }
    if (config.port() != 0 && !sharesPort && !config.socketOptions().reusePort()) {
      ListeningSockets.demandFree(address);
    }
    int others = sharesPort ? ListeningSockets.others(address) : 0;
    for (EventExecutor loop : transport.loops()) {
      address = bind((EventLoop) loop, address);
    }
    sockets.takeOver(others);
    return address;
  }

  /**
   * Whether nobody else listens here any more, as far as {@link #start(boolean)} found somebody.
   * Blocks shortly; to be asked again until it is so.
   */
  public boolean isAlone() {
    return sockets.isAlone();
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
    var _ = sockets.end(limit.dividedBy(2)).thenRun(this::finishAll);
    var _ =
        transport.loops().next().schedule(this::closeAll, limit.toNanos(), TimeUnit.NANOSECONDS);
    return drained;
  }

  /** Nothing comes any more: what is there ends. */
  private void finishAll() {
    phase = Phase.CLOSING;
    connections.forEach(c -> c.execute(c::finish));
    completeIfEmpty();
  }

  /** Closes everything at once. Any thread. */
  public void close() {
    phase = Phase.CLOSING;
    sockets.close();
    closeAll();
    completeIfEmpty();
    stats.close();
    if (secrets != null) {
      secrets.contexts().close();
      secrets.stats().close();
    }
  }

  /** How many connections there are. Any thread. */
  public int connections() {
    return connections.size();
  }

  private void closeAll() {
    connections.forEach(c -> c.execute(c::close));
  }

  private void completeIfEmpty() {
    if (phase == Phase.CLOSING && connections.isEmpty()) {
      drained.complete(true);
    }
  }

  private InetSocketAddress bind(EventLoop loop, InetSocketAddress address) throws IOException {
    ChannelFuture bound = bootstrap(loop).bind(address).awaitUninterruptibly();
    var problem = bound.cause();
    if (problem != null) {
      throw new CannotListenException(address, problem);
    }
    sockets.add(bound.channel());
    return (InetSocketAddress) bound.channel().localAddress();
  }

  private ServerBootstrap bootstrap(EventLoop loop) {
    var options = config.socketOptions();
    var bootstrap =
        new ServerBootstrap()
            .channelFactory(transport.listening(config.ip()))
            .option(ChannelOption.SO_REUSEADDR, options.reuseAddr())
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(new AcceptFaults(guarded))
            .childHandler(new Accepting());
    if (!options.noDelay()) {
      bootstrap.childOption(ChannelOption.TCP_NODELAY, false); // on is where a channel begins
    }
    if (transport.reusePort()) {
      bootstrap.group(loop, loop).option(UnixChannelOption.SO_REUSEPORT, true);
    } else {
      bootstrap.group(loop, transport.loops());
    }
    if (options.backlog() != null) {
      bootstrap.option(ChannelOption.SO_BACKLOG, options.backlog());
    }
    if (options.keepAlive() != null) {
      bootstrap.childOption(ChannelOption.SO_KEEPALIVE, options.keepAlive());
    }
    return bootstrap;
  }

  private final class Accepting extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      if (!admission.admits(channel)) {
        return;
      }
      var service = services.apply(channel.eventLoop());
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
