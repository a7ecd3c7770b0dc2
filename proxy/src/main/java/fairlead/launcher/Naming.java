package fairlead.launcher;

import fairlead.activity.Activity;
import fairlead.activity.SerialExecutor;
import fairlead.discovery.Namer;
import fairlead.discovery.NamerConfig;
import fairlead.discovery.consul.ConsulNamer;
import fairlead.discovery.fs.FsNamer;
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
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.routing.RouterConfig;
import fairlead.telemetry.Metrics;
import java.net.SocketException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that binds names by one configuration, wired: the namers and an interpreter a router.
 * What the next configuration leaves as it is goes on to it (decision 23). This and {@link Proxy}
 * are the one place where kinds become objects.
 */
final class Naming implements AutoCloseable {
  private final ControlPlane plane;
  private final Metrics metrics;
  private final Shared<NamerSet> namers;
  private final Map<String, Shared<Routed>> routed = new LinkedHashMap<>();
  private final AtomicBoolean released = new AtomicBoolean();

  /** The configured namers, in the order written. */
  private record NamerSet(List<NamerConfig> configs, List<Shared<Namer>> each, Namers all) {}

  /**
   * How the names of one router are bound and explained, and what its interpreter says of itself.
   */
  record Routed(
      InterpreterConfig config,
      Interpreter interpreter,
      Delegator delegator,
      String interpreterState,
      Supplier<Map<String, Object>> adminState) {}

  /**
   * Builds all that {@code config} names, on a control plane of its own; nothing is asked of
   * anybody yet. Reads TLS files: blocks.
   *
   * @throws IllegalArgumentException when a file cannot be used, with a message for the operator
   */
  static Naming open(Configuration config, Metrics metrics) {
    var plane = new ControlPlane();
    try {
      return new Naming(plane, config, metrics, null);
    } catch (IllegalArgumentException unusable) {
      plane.close();
      throw unusable;
    }
  }

  /**
   * The same by another configuration, on the same control plane; {@link #release} the one that is
   * used no more. Reads TLS files: blocks.
   *
   * @throws IllegalArgumentException as {@link #open}; nothing is changed then
   */
  Naming next(Configuration config) {
    return new Naming(plane, config, metrics, this);
  }

  private Naming(
      ControlPlane plane, Configuration config, Metrics metrics, @Nullable Naming before) {
    this.plane = plane;
    this.metrics = metrics;
    Shared<NamerSet> known = before == null ? null : before.namers;
    this.namers =
        known != null && known.value().configs.equals(config.namers())
            ? known.hold()
            : namers(config.namers(), known == null ? null : known.value());
    try {
      for (RouterConfig router : config.routers()) {
        routed.put(router.label(), routed(router, before));
      }
    } catch (IllegalArgumentException unusable) {
      release();
      throw unusable;
    }
  }

  private Shared<NamerSet> namers(List<NamerConfig> configs, @Nullable NamerSet before) {
    var each = new ArrayList<Shared<Namer>>();
    try {
      for (NamerConfig config : configs) {
        int known = before == null ? -1 : before.configs.indexOf(config);
        each.add(known < 0 || before == null ? open(config) : before.each.get(known).hold());
      }
      var configured = new ArrayList<ConfiguredNamer>();
      for (int i = 0; i < configs.size(); i++) {
        NamerConfig config = configs.get(i);
        configured.add(
            new ConfiguredNamer(config.prefix(), config.transformers(), each.get(i).value()));
      }
      var all = Namers.of(configured, new UtilityNamer(plane.hosts()), LocalAddresses.now());
      return new Shared<>(
          new NamerSet(List.copyOf(configs), each, all), () -> each.forEach(Shared::release));
    } catch (SocketException unreadable) {
      each.forEach(Shared::release);
      throw new IllegalArgumentException(
          "this machine's interfaces cannot be read: " + unreadable.getMessage(), unreadable);
    } catch (IllegalArgumentException unusable) {
      each.forEach(Shared::release);
      throw unusable;
    }
  }

  private Shared<Namer> open(NamerConfig config) {
    Metrics scope = metrics.scope("namer").scope("#" + config.prefix().show());
    Namer namer =
        switch (config) {
          case NamerConfig.Consul consul -> ConsulNamer.open(consul, plane.runtime(), scope);
          case NamerConfig.Fs fs ->
              new FsNamer(fs, plane.files(), new SystemHostResolver(), InstantSource.system());
          case NamerConfig.Rewrite rewrite -> new RewriteNamer(rewrite);
        };
    return new Shared<>(namer, () -> control().execute(namer::close));
  }

  private Shared<Routed> routed(RouterConfig router, @Nullable Naming before) {
    Shared<Routed> known = before == null ? null : before.routed.get(router.label());
    if (before != null
        && known != null
        && namers.equals(before.namers)
        && known.value().config.equals(router.interpreter())) {
      return known.hold();
    }
    Routed made = make(router.interpreter());
    Shared<NamerSet> used = namers.hold();
    return new Shared<>(
        made,
        () -> {
          control().execute(made.interpreter::close);
          used.release();
        });
  }

  private Routed make(InterpreterConfig config) {
    var dtabs = new DtabInterpreter(namers.value().all, config.transformers());
    return switch (config) {
      case InterpreterConfig.Default _ -> new Routed(config, dtabs, dtabs, "default", Map::of);
      case InterpreterConfig.Fs fs -> {
        var interpreter = new FsInterpreter(fs, plane.files(), InstantSource.system(), dtabs);
        yield new Routed(config, interpreter, interpreter, "io.l5d.fs", interpreter::adminState);
      }
      case InterpreterConfig.Consul consul -> {
        var interpreter = ConsulInterpreter.open(consul, plane.runtime(), dtabs);
        Delegator delegator =
            (dtab, path) ->
                interpreter.dtab().flatMap(stored -> dtabs.delegate(stored.concat(dtab), path));
        yield new Routed(
            config, interpreter, delegator, "io.l5d.consul.interpreter", interpreter::adminState);
      }
    };
  }

  SerialExecutor control() {
    return plane.control();
  }

  ControlPlane plane() {
    return plane;
  }

  /** By router label, in the order written. */
  Map<String, Routed> routed() {
    var all = new LinkedHashMap<String, Routed>();
    routed.forEach((label, one) -> all.put(label, one.value()));
    return all;
  }

  /** How the names of this router are bound. */
  Routed of(RouterConfig router) {
    return shared(router).value();
  }

  /** What binds the names of this router, for one user, who closes it. */
  Interpreter interpreter(RouterConfig router) {
    Shared<Routed> one = shared(router).hold();
    return new Interpreter() {
      @Override
      public Activity<NameTree<Bound>> bind(Dtab dtab, Path path) {
        return one.value().interpreter.bind(dtab, path);
      }

      @Override
      public void close() {
        one.release();
      }
    };
  }

  /** Whether the names of this router are bound here as they are there. */
  boolean binds(RouterConfig router, Naming there) {
    return shared(router).equals(there.routed.get(router.label()));
  }

  private Shared<Routed> shared(RouterConfig router) {
    Shared<Routed> found = routed.get(router.label());
    if (found == null) {
      throw new IllegalArgumentException(
          "router: " + router.label() + " (expected: one of " + routed.keySet() + ")");
    }
    return found;
  }

  /** How names are explained by the configured namers alone. */
  Delegator delegator() {
    return new DtabInterpreter(namers.value().all, List.of());
  }

  /** The configured namers by what follows {@code /#}, in the order written. */
  Map<Path, Namer> namers() {
    var byPrefix = new LinkedHashMap<Path, Namer>();
    NamerSet set = namers.value();
    for (int i = 0; i < set.configs.size(); i++) {
      byPrefix.put(set.configs.get(i).prefix(), set.each.get(i).value());
    }
    return byPrefix;
  }

  /** Every id that enumerating namers know. */
  Activity<List<Path>> boundNames() {
    return namers.value().all.boundNames();
  }

  /** Closes what no other configuration and no router uses any more. Any thread. */
  void release() {
    if (released.compareAndSet(false, true)) {
      routed.values().forEach(Shared::release);
      namers.release();
    }
  }

  /** Stops all of it, the control plane too. Any thread; blocks shortly. */
  @Override
  public void close() {
    release();
    plane.close();
  }
}
