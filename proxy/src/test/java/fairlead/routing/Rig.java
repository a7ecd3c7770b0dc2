package fairlead.routing;

import fairlead.activity.LoopSerialExecutor;
import fairlead.client.ClientConfig;
import fairlead.interpreter.InterpreterConfig;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import fairlead.naming.Path;
import fairlead.routing.RouterConfig.BindingCache;
import fairlead.routing.identify.IdentifierConfig;
import fairlead.server.ServerConfig;
import fairlead.server.Transport;
import fairlead.telemetry.MetricsTree;
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
    Dtab dtab = Dtabs.parse("/svc => /#/test");
    Duration bindingTimeout = Duration.ofSeconds(10);
    BindingCache cache = BindingCache.DEFAULT;
    ClientConfig client = ClientConfig.DEFAULT;
    @Nullable Integer maxConcurrentRequests;
    int maxCallDepth = 1000;
    boolean clearContext;
    @Nullable String timestampHeader;
    @Nullable Duration idleTime;
    ServerConfig.@Nullable ForwardedConfig forwarded;
    List<IdentifierConfig> identifiers = List.of(new IdentifierConfig.HeaderToken("Host"));
    int threads = 1;

    private RouterConfig config() {
      var server =
          new ServerConfig(
              InetAddress.getLoopbackAddress(),
              0,
              ServerConfig.SocketOptions.DEFAULT,
              maxConcurrentRequests,
              maxCallDepth,
              clearContext,
              timestampHeader,
              idleTime,
              null,
              forwarded);
      return new RouterConfig(
          "http",
          List.of(server),
          dtab,
          Path.of("svc"),
          identifiers,
          new InterpreterConfig.Default(List.of()),
          bindingTimeout,
          cache,
          false,
          4096,
          8192,
          5120 * 1024,
          _ -> client);
    }
  }

  Rig() {
    this(new Options());
  }

  Rig(Options options) {
    loops = Transport.newLoops(options.threads, "test-loop");
    router = new HttpRouter(options.config(), interpreter, control, loops, metrics, 1);
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

  long counter(String... path) {
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
    }
    router.close();
    var _ = loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    var _ = executor.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
