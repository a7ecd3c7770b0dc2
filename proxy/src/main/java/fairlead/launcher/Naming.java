package fairlead.launcher;

import fairlead.activity.Activity;
import fairlead.activity.Blocking;
import fairlead.activity.LoopSerialExecutor;
import fairlead.activity.SerialExecutor;
import fairlead.client.control.ControlRuntime;
import fairlead.discovery.Namer;
import fairlead.discovery.NamerConfig;
import fairlead.discovery.consul.ConsulNamer;
import fairlead.discovery.fs.FileWatches;
import fairlead.discovery.fs.FsNamer;
import fairlead.discovery.fs.SystemDirectoryEvents;
import fairlead.discovery.inet.InetHosts;
import fairlead.discovery.inet.SystemHostResolver;
import fairlead.discovery.rewrite.RewriteNamer;
import fairlead.discovery.utility.UtilityNamer;
import fairlead.interpreter.ConfiguredNamer;
import fairlead.interpreter.Delegator;
import fairlead.interpreter.DtabInterpreter;
import fairlead.interpreter.Interpreter;
import fairlead.interpreter.InterpreterConfig;
import fairlead.interpreter.Namers;
import fairlead.interpreter.consul.ConsulInterpreter;
import fairlead.interpreter.fs.FsInterpreter;
import fairlead.interpreter.transform.LocalAddresses;
import fairlead.naming.Path;
import fairlead.routing.RouterConfig;
import fairlead.telemetry.Metrics;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.SocketException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Everything that binds names, wired: the control plane's one thread, the namers and an interpreter
 * a router. This and {@link Proxy} are the one place where kinds become objects.
 */
final class Naming implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group;
  private final SerialExecutor control;
  private final Blocking blocking = Blocking.virtualThreads();
  private final ControlRuntime runtime;
  private final SystemDirectoryEvents directories;
  private final FileWatches watches;
  private final Map<Path, Namer> byPrefix = new LinkedHashMap<>();
  private final Map<String, Routed> routed = new LinkedHashMap<>();
  private final Namers namers;

  /**
   * How the names of one router are bound and explained, and what its interpreter says of itself.
   */
  record Routed(
      RouterConfig config,
      Interpreter interpreter,
      Delegator delegator,
      String interpreterState,
      Supplier<Map<String, Object>> adminState) {}

  /**
   * Builds all that {@code config} names; nothing is asked of anybody yet. Reads TLS files: blocks.
   *
   * @throws IllegalArgumentException when a file cannot be used, with a message for the operator
   */
  static Naming open(Configuration config, Metrics metrics) {
    return new Naming(config, metrics);
  }

  private Naming(Configuration config, Metrics metrics) {
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("control", true), NioIoHandler.newFactory());
    this.control = new LoopSerialExecutor(group.next());
    this.runtime =
        new ControlRuntime(
            control,
            group,
            work -> blocking.run("control", work),
            RandomGenerator.getDefault(),
            InstantSource.system());
    try {
      this.directories = SystemDirectoryEvents.open(Blocking.platformThreads());
    } catch (IOException refused) {
      throw new IllegalArgumentException(
          "files cannot be watched: " + refused.getMessage(), refused);
    }
    this.watches = new FileWatches(control, blocking, directories);
    var configured = new ArrayList<ConfiguredNamer>();
    for (NamerConfig namer : config.namers()) {
      Namer built = namer(namer, metrics.scope("namer").scope("#" + namer.prefix().show()));
      byPrefix.put(namer.prefix(), built);
      configured.add(new ConfiguredNamer(namer.prefix(), namer.transformers(), built));
    }
    SystemHostResolver.keepNoAnswers();
    var hosts = new InetHosts(control, Blocking.platformThreads(), new SystemHostResolver());
    try {
      this.namers = Namers.of(configured, new UtilityNamer(hosts), LocalAddresses.now());
    } catch (SocketException unreadable) {
      throw new IllegalArgumentException(
          "this machine's interfaces cannot be read: " + unreadable.getMessage(), unreadable);
    }
    config.routers().forEach(router -> routed.put(router.label(), routed(router)));
  }

  private Namer namer(NamerConfig config, Metrics scope) {
    return switch (config) {
      case NamerConfig.Consul consul -> ConsulNamer.open(consul, runtime, scope);
      case NamerConfig.Fs fs ->
          new FsNamer(fs, watches, new SystemHostResolver(), InstantSource.system());
      case NamerConfig.Rewrite rewrite -> new RewriteNamer(rewrite);
    };
  }

  private Routed routed(RouterConfig router) {
    var dtabs = new DtabInterpreter(namers, router.interpreter().transformers());
    return switch (router.interpreter()) {
      case InterpreterConfig.Default _ -> new Routed(router, dtabs, dtabs, "default", Map::of);
      case InterpreterConfig.Fs fs -> {
        var interpreter = new FsInterpreter(fs, watches, InstantSource.system(), dtabs);
        yield new Routed(router, interpreter, interpreter, "io.l5d.fs", interpreter::adminState);
      }
      case InterpreterConfig.Consul consul -> {
        var interpreter = ConsulInterpreter.open(consul, runtime, dtabs);
        Delegator delegator =
            (dtab, path) ->
                interpreter.dtab().flatMap(stored -> dtabs.delegate(stored.concat(dtab), path));
        yield new Routed(
            router, interpreter, delegator, "io.l5d.consul.interpreter", interpreter::adminState);
      }
    };
  }

  SerialExecutor control() {
    return control;
  }

  /** By router label, in the order written. */
  Map<String, Routed> routed() {
    return Map.copyOf(routed);
  }

  /** How the names of this router are bound. */
  Routed of(RouterConfig router) {
    Routed found = routed.get(router.label());
    if (found == null) {
      throw new IllegalArgumentException(
          "router: " + router.label() + " (expected: one of " + routed.keySet() + ")");
    }
    return found;
  }

  /** How names are explained by the configured namers alone. */
  Delegator delegator() {
    return new DtabInterpreter(namers, List.of());
  }

  /** The configured namers by what follows {@code /#}, in the order written. */
  Map<Path, Namer> namers() {
    return new LinkedHashMap<>(byPrefix);
  }

  /** Every id that enumerating namers know. */
  Activity<List<Path>> boundNames() {
    return namers.boundNames();
  }

  /** Stops all of it. Any thread; blocks shortly. */
  @Override
  public void close() {
    control.execute(
        () -> {
          routed.values().forEach(one -> one.interpreter().close());
          byPrefix.values().forEach(Namer::close);
        });
    directories.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
