package fairlead.routing;

import fairlead.activity.LoopSerialExecutor;
import fairlead.client.ClientConfig;
import fairlead.client.ClientConfigs;
import fairlead.http2.Http2Settings;
import fairlead.interpreter.InterpreterConfig;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import fairlead.naming.Path;
import fairlead.routing.RouterConfig.BindingCache;
import fairlead.routing.classify.HttpClassifier;
import fairlead.routing.explain.Explaining;
import fairlead.routing.identify.IdentifierConfig;
import fairlead.server.GuardConfig;
import fairlead.server.MemoryGuard;
import fairlead.server.ServerConfig;
import fairlead.server.Transport;
import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.access.AccessLogConfig;
import fairlead.telemetry.trace.Propagation;
import fairlead.telemetry.trace.Tracing;
import fairlead.tls.ServerTls;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A router on loopback with a scripted interpreter. */
final class Rig implements Closeable {
  private final DefaultEventExecutor executor = new DefaultEventExecutor();
  private final EventLoopGroup loops;
  private final List<Closeable> closeables = new ArrayList<>();
  final LoopSerialExecutor control = new LoopSerialExecutor(executor);
  final ScriptedInterpreter interpreter = new ScriptedInterpreter(control);
  final MetricsTree metrics = new MetricsTree();
  final HttpRouter router;
  final InetSocketAddress address;

  /** What a test may want otherwise. */
  static final class Options {
    String label = "http";

    /** Where it listens; 0 lets the system choose. */
    int port;

    Dtab dtab = Dtabs.parse("/svc => /#/test");
    Duration bindingTimeout = Duration.ofSeconds(10);
    BindingCache cache = BindingCache.DEFAULT;
    ClientConfig client = ClientConfig.DEFAULT;

    /** In place of {@code client}. */
    @Nullable ClientConfigs configs;

    ServiceConfig service = ServiceConfig.usual(HttpClassifier.DEFAULT, null);
    @Nullable Integer maxConcurrentRequests;
    int maxCallDepth = 1000;
    int maxErrResponseBytes = 5120 * 1024;
    int keptBodyBytes = 5 * 1024;
    int compressionLevel = -1;
    List<AccessLogConfig> accessLogs = List.of();
    Propagation propagation = Propagation.DEFAULT;
    Tracing tracing = Tracing.NONE;
    boolean clearContext;
    boolean originator;
    @Nullable String timestampHeader;
    @Nullable Duration idleTime;
    @Nullable Duration lifeTime;
    ServerConfig.@Nullable ForwardedConfig forwarded;
    ServerConfig.Tunnels tunnels = ServerConfig.Tunnels.DEFAULT;
    GuardConfig guard = GuardConfig.DEFAULT;
    MemoryGuard memory = MemoryGuard.NONE;
    List<IdentifierConfig> identifiers = List.of(new IdentifierConfig.HeaderToken("Host"));
    ServerConfig.Spoken spoken = ServerConfig.Spoken.HTTP1;
    Http2Settings http2 = Http2Settings.DEFAULT;
    @Nullable ServerTls tls;
    int threads = 1;
    Explaining explaining = Explaining.NONE;

    RouterConfig config() {
      var server =
          new ServerConfig(
              InetAddress.getLoopbackAddress(),
              port,
              ServerConfig.SocketOptions.DEFAULT,
              maxConcurrentRequests,
              maxCallDepth,
              clearContext,
              timestampHeader,
              idleTime,
              lifeTime,
              forwarded,
              tunnels,
              guard,
              spoken,
              http2,
              tls);
      return new RouterConfig(
          label,
          List.of(server),
          dtab,
          Path.of("svc"),
          identifiers,
          new InterpreterConfig.Default(List.of()),
          bindingTimeout,
          cache,
          originator,
          4096,
          8192,
          maxErrResponseBytes,
          keptBodyBytes,
          Long.MAX_VALUE,
          compressionLevel,
          accessLogs,
          propagation,
          _ -> service,
          configs == null ? _ -> client : configs);
    }
  }

  Rig() {
    this(new Options());
  }

  Rig(Options options) {
    loops = Transport.newLoops(options.threads, "test-loop");
    router =
        new HttpRouter(
            options.config(),
            interpreter,
            options.explaining,
            control,
            loops,
            metrics,
            options.tracing,
            options.memory,
            1);
    try {
      address = router.start().getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A backend that {@code host} is bound to, and that is closed with the rig. */
  TestBackend backend(String host, TestBackend.Script script) {
    return bound(host, new TestBackend(script));
  }

  /** The same, answering everything with {@code response}. */
  TestBackend backend(String host, String response) {
    return bound(host, TestBackend.answering(response));
  }

  /** Bound to nothing yet; closed with the rig. */
  TestBackend unbound(TestBackend.Script script) {
    var backend = new TestBackend(script);
    closeables.add(backend);
    return backend;
  }

  /** Closed with the rig. */
  void closing(Closeable closeable) {
    closeables.add(closeable);
  }

  private TestBackend bound(String host, TestBackend backend) {
    closeables.add(backend);
    interpreter.bind(host, backend.address());
    return backend;
  }

  Wire caller() {
    try {
      var wire = Wire.connect(address);
      closeables.add(wire);
      return wire;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The gauge at {@code path} now; 0 when there is none. */
  double gauge(String path) {
    var node = metrics.snapshot().at(path);
    return node != null && node.value() instanceof Value.Level(float now) ? now : 0;
  }

  /** The counter at {@code path} now, names joined by slashes; 0 when there is none. */
  long count(String path) {
    var node = metrics.snapshot().at(path);
    return node != null && node.value() instanceof Value.Count(long now) ? now : 0;
  }

  /** Waits until nothing is in progress any more, and fails when that does not come. */
  void awaitQuiet(String host) {
    var gauges =
        List.of(
            "rt/http/server/127.0.0.1/0/pending",
            "rt/http/service/svc/" + host + "/pending",
            "rt/http/client/#/test/" + host + "/pending",
            "rt/http/client/#/test/" + host + "/service/svc/" + host + "/pending",
            "rt/http/client/#/test/" + host + "/loadbalancer/load",
            "rt/http/client/#/test/" + host + "/pool_waiters");
    for (var gauge : gauges) {
      Await.until(gauge + " is 0", () -> gauge(gauge) == 0);
    }
    String client = "rt/http/client/#/test/" + host;
    Await.until(
        "connections of " + host + " are free, or gone",
        () -> gauge(client + "/pool_cached") == gauge(client + "/connections"));
  }

  /** The counter once all that the loops and the control plane were told is done. */
  long counter(String... path) {
    loops.forEach(loop -> loop.submit(() -> {}).syncUninterruptibly());
    executor.submit(() -> {}).syncUninterruptibly();
    fairlead.telemetry.Metrics at = metrics;
    for (int i = 0; i < path.length - 1; i++) {
      at = at.scope(path[i]);
    }
    return at.counter(path[path.length - 1]).sum();
  }

  @Override
  public void close() {
    try {
      for (var closeable : closeables) {
        closeable.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      router.close();
      executor.submit(() -> {}).syncUninterruptibly(); // the control plane tells the loops yet
      var _ = loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
      var _ = executor.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }
}
