package fairlead.discovery.consul;

import fairlead.activity.FakeSerialExecutor;
import fairlead.activity.State;
import fairlead.activity.State.Ok;
import fairlead.activity.State.Pending;
import fairlead.activity.Watch;
import fairlead.client.control.ControlRuntime;
import fairlead.client.control.HostNames;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Endpoint;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.server.EventLoops;
import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsTree;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** A namer on fake time, a scripted agent and scripted host names. */
public final class Bench {
  static final Instant START = Instant.parse("2026-11-23T20:12:00Z");

  /** Never started: the scripted agent needs no socket. */
  private static final EventLoopGroup UNUSED_LOOPS =
      new EventLoops(1, new DefaultThreadFactory("consul"), NioIoHandler.newFactory());

  final FakeSerialExecutor control = new FakeSerialExecutor();
  final ScriptedAgent agent = new ScriptedAgent();
  final MetricsTree metrics = new MetricsTree();
  final Map<String, List<InetAddress>> hosts = new HashMap<>();
  final ConsulNamer namer;

  Bench(Consumer<ConfigBuilder> options) {
    var config = new ConfigBuilder();
    options.accept(config);
    HostNames.Lookup lookup =
        host -> {
          var found = hosts.get(host);
          if (found == null) {
            throw new UnknownHostException(host);
          }
          return found;
        };
    namer =
        new ConsulNamer(config.build(), runtime(control), metrics.scope("consul"), agent, lookup);
    control.runUntilIdle();
  }

  Bench() {
    this(_ -> {});
  }

  /** Blocking work is done at once, on the caller's thread. */
  public static ControlRuntime runtime(FakeSerialExecutor control) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    return new ControlRuntime(
        control, UNUSED_LOOPS, Runnable::run, random, () -> START.plusNanos(control.nanos()));
  }

  /** What one observer of a path hears. */
  final class Seen {
    final List<State<NameTree<Name>>> states = new ArrayList<>();
    final Path path;
    private @Nullable Watch watch;

    Seen(Path path) {
      this.path = path;
    }

    State<NameTree<Name>> last() {
      return states.getLast();
    }

    boolean pending() {
      return last() instanceof Pending;
    }

    boolean neg() {
      return last() instanceof Ok<NameTree<Name>>(NameTree.Neg<Name> _);
    }

    Bound bound() {
      if (last() instanceof Ok<NameTree<Name>>(NameTree.Leaf<Name>(Bound bound))) {
        return bound;
      }
      throw new AssertionError("not bound: " + last());
    }

    Addr.Live live() {
      var seen = new ArrayList<State<Addr>>();
      control.run(() -> bound().addr().observe(seen::add).close());
      if (seen.getLast() instanceof Ok<Addr>(Addr.Live live)) {
        return live;
      }
      throw new AssertionError("not live: " + seen);
    }

    List<String> endpoints() {
      return live().endpoints().stream().map(Endpoint::toString).sorted().toList();
    }

    void leave() {
      if (watch != null) {
        control.run(watch::close);
      }
    }
  }

  Seen observe(String... elements) {
    var seen = new Seen(Path.of(elements));
    control.run(() -> seen.watch = namer.lookup(seen.path).observe(seen.states::add));
    return seen;
  }

  /** Answers the next request, inside the control plane. */
  void answer(Consumer<ScriptedAgent.Question> how) {
    var question = agent.next();
    control.run(() -> how.accept(question));
  }

  /** The next request, after time for it has passed. */
  ScriptedAgent.Question nextWithin(Duration time) {
    for (Duration step = Duration.ofMillis(10), passed = Duration.ZERO;
        agent.waiting() == 0 && passed.compareTo(time) < 0;
        passed = passed.plus(step)) {
      control.advance(step);
    }
    return agent.next();
  }

  void advance(Duration time) {
    control.advance(time);
  }

  double metric(String path) {
    var node = metrics.snapshot().at("consul/" + path);
    if (node == null) {
      throw new AssertionError("no metric " + path);
    }
    return switch (node.value()) {
      case Value.Count(long value) -> value;
      case Value.Level(float value) -> value;
      case Value.Window _ -> throw new AssertionError(path + " is a histogram");
      case null -> throw new AssertionError(path + " has no value");
    };
  }
}
