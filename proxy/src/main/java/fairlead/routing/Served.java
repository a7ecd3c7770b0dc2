package fairlead.routing;

import fairlead.activity.Watch;
import fairlead.exchange.Service;
import fairlead.http2.Http2Settings;
import fairlead.server.AddressRange;
import fairlead.server.BoundAddress;
import fairlead.server.HttpListener;
import fairlead.server.ServerConfig;
import fairlead.server.ServerConfig.SocketOptions;
import fairlead.server.ServerConfig.Spoken;
import fairlead.server.ServerStack;
import fairlead.server.Transport;
import fairlead.telemetry.Metrics;
import fairlead.tls.ServerTls;
import fairlead.wire.Patience;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One server of a router's configuration: what requests to it pass, and the listener that brings
 * them, which it may have from the server that it follows (decision 23). Used by one thread at a
 * time: the one that starts, reloads or stops.
 */
final class Served implements Watch {
  private final ServerConfig config;
  private final Place place;
  private final Terms terms;
  private final ServerStack.Shared shared;
  private final Map<EventLoop, Service> entrances;
  private final Transport transport;
  private final Supplier<HttpListener> maker;
  private final Metrics scope;
  private volatile @Nullable HttpListener listener;
  private @Nullable BoundAddress bound;

  /** Whose place it is to take; null once that is done. */
  private @Nullable Served before;

  /** Whether the listener is to be ended with this. */
  private volatile boolean owns;

  /**
   * Where it listens.
   *
   * @param which tells apart those that let the system choose a port; empty for others
   */
  record Place(InetAddress ip, int port, String which) {
    boolean overlaps(Place other) {
      return port != 0
          && port == other.port
          && (ip.equals(other.ip) || ip.isAnyLocalAddress() || other.ip.isAnyLocalAddress());
    }
  }

  /** What a connection goes by from its beginning to its end. */
  record Terms(
      String label,
      SocketOptions options,
      @Nullable Duration idleTime,
      @Nullable Duration lifeTime,
      List<String> upgrades,
      Patience patience,
      @Nullable Integer maxConnections,
      List<AddressRange> proxyProtocolFrom,
      Spoken spoken,
      Http2Settings http2,
      @Nullable ServerTls tls,
      int maxInitialLineBytes,
      int maxHeadersBytes,
      int maxErrResponseBytes,
      int keptBodyBytes,
      long maxBodyBytes,
      int compressionLevel) {
    static Terms of(RouterConfig router, ServerConfig server) {
      return new Terms(
          router.label(),
          server.socketOptions(),
          server.idleTime(),
          server.lifeTime(),
          server.tunnels().upgrades(),
          server.guard().patience(),
          server.guard().maxConnections(),
          server.guard().proxyProtocolFrom(),
          server.spoken(),
          server.http2(),
          server.tls(),
          router.maxInitialLineBytes(),
          router.maxHeadersBytes(),
          router.maxErrResponseBytes(),
          router.keptBodyBytes(),
          router.maxBodyBytes(),
          router.compressionLevel());
    }
  }

  /**
   * Nothing is listened on yet.
   *
   * @param entrances what serves the requests of each loop
   * @param maker of the listener, unless there is one; blocks
   * @param scope {@code rt/<label>/server/<ip>/<port>}
   */
  Served(
      ServerConfig config,
      Place place,
      Terms terms,
      ServerStack.Shared shared,
      Map<EventLoop, Service> entrances,
      Transport transport,
      Supplier<HttpListener> maker,
      Metrics scope) {
    this.config = config;
    this.place = place;
    this.terms = terms;
    this.shared = shared;
    this.entrances = Map.copyOf(entrances);
    this.transport = transport;
    this.maker = maker;
    this.scope = scope.hold();
  }

  /** Where the server of this number listens. */
  static Place placeOf(RouterConfig router, int number) {
    var server = router.servers().get(number);
    String which = server.port() == 0 ? router.label() + " " + number : "";
    return new Place(server.ip(), server.port(), which);
  }

  Place place() {
    return place;
  }

  HttpListener listener() {
    var made = listener;
    if (made == null) {
      throw new IllegalStateException("listener: null (expected: prepared)");
    }
    return made;
  }

  /** Whether nobody else has the listener now. */
  boolean owns() {
    return owns;
  }

  InetSocketAddress address() {
    var sockets = listener().sockets();
    return sockets == null ? new InetSocketAddress(config.ip(), config.port()) : sockets.address();
  }

  /**
   * Makes what is missing to serve, and serves nothing yet. Blocks.
   *
   * @param follows who listens there at present; null for nobody
   * @param ours where this process listens, also where it is about to end
   * @param takesOver whether another process listens there, which is to get nothing more
   * @throws IOException when the address cannot be had
   * @throws IllegalArgumentException when a file of certificates is of no use
   */
  void prepare(@Nullable Served follows, Set<Place> ours, boolean takesOver) throws IOException {
    before = follows;
    if (follows != null && follows.terms.equals(terms)) {
      listener = follows.listener();
      return;
    }
    listener = maker.get();
    owns = true;
    if (follows == null) {
      boolean shares = ours.stream().anyMatch(place::overlaps); // also with what is to go
      bound = BoundAddress.bind(config, transport, shares, takesOver);
    }
  }

  /** Serves from now on, in the place of whom it follows. Done when each loop does. */
  CompletionStage<?> open() {
    var follows = before;
    before = null;
    if (follows == null) {
      if (bound != null) {
        listener().takeOver(bound);
        bound = null;
      }
      return CompletableFuture.completedFuture(true);
    }
    var old = follows.listener();
    var sockets = old.sockets();
    owns = true;
    follows.owns = false;
    var next = listener();
    if (next.equals(old)) {
      return old.redirect(this::entrance);
    }
    if (sockets != null) {
      next.takeOver(sockets);
    }
    return old.redirect(next::current); // and wherever that will lead later
  }

  private Service entrance(EventLoop loop) {
    var entrance = entrances.get(loop);
    if (entrance == null) {
      throw new IllegalStateException("event loop: " + loop + " (expected: one of the router's)");
    }
    return entrance;
  }

  /** Ends the listener and its connections at once, unless another has them. */
  @Override
  public void close() {
    var made = listener;
    if (owns && made != null) {
      made.close();
    }
    if (bound != null) {
      bound.close();
    }
  }

  /** Forgets what was counted, unless another counts on. */
  void release() {
    shared.close();
    scope.remove();
  }
}
