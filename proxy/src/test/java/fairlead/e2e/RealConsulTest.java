package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.activity.Activity;
import fairlead.activity.LoopSerialExecutor;
import fairlead.activity.State;
import fairlead.activity.State.Ok;
import fairlead.client.control.ControlRuntime;
import fairlead.discovery.NamerConfig.Consistency;
import fairlead.discovery.NamerConfig.ConsulAgent;
import fairlead.discovery.NamerConfig.Scope;
import fairlead.discovery.consul.ConfigBuilder;
import fairlead.discovery.consul.ConsulNamer;
import fairlead.interpreter.InterpreterConfig;
import fairlead.interpreter.consul.ConsulInterpreter;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.Endpoint;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.server.EventLoops;
import fairlead.telemetry.MetricsTree;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Consul namer and interpreter against a real agent. */
class RealConsulTest {
  private static final String ADDRESS = "127.0.0.61";
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final String MASTER = "5d1b7a52-7cf5-4f0a-9d3b-2f8f3a1c0b11";

  private final EventLoopGroup io =
      new EventLoops(1, new DefaultThreadFactory("consul"), NioIoHandler.newFactory());
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final LoopSerialExecutor control = new LoopSerialExecutor(loop);
  private final ControlRuntime runtime =
      new ControlRuntime(
          control,
          io,
          task -> Thread.ofVirtual().start(task),
          RandomGenerator.of("L64X128MixRandom"),
          Instant::now);
  private final MetricsTree metrics = new MetricsTree();

  @TempDir java.nio.file.Path dir;

  /** What an observer hears, in order. */
  private static final class Heard<T> {
    private final LinkedBlockingQueue<T> queue = new LinkedBlockingQueue<>();

    /** Blocks until something is heard that is as wanted. */
    T await(String what, Predicate<T> wanted) throws InterruptedException {
      return awaitAlways(what, _ -> true, wanted);
    }

    /** The same, and everything heard until then is as it must always be. */
    T awaitAlways(String what, Predicate<T> always, Predicate<T> wanted)
        throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      T last = null;
      while (true) {
        T next = queue.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (next == null) {
          throw new AssertionError("not heard: " + what + "; last: " + last);
        }
        last = next;
        assertThat(always.test(next)).as("heard before '%s': %s", what, next).isTrue();
        if (wanted.test(next)) {
          return next;
        }
      }
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    io.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
  }

  private ConsulNamer namer(RealConsul consul, Consumer<ConfigBuilder> options) {
    var config = new ConfigBuilder();
    config.host = consul.http().getHostString();
    config.port = consul.http().getPort();
    config.useHealthCheck = true;
    config.emptyGrace = Duration.ofSeconds(1);
    config.waitTime = Duration.ofSeconds(10);
    options.accept(config);
    return ConsulNamer.open(config.build(), runtime, metrics.scope("consul"));
  }

  /** The endpoints of a path as text; {@code neg} when there is no such name. */
  private Heard<Set<String>> observe(ConsulNamer namer, String... path) {
    var heard = new Heard<Set<String>>();
    control.execute(
        () ->
            namer
                .lookup(Path.of(path))
                .flatMap(RealConsulTest::endpoints)
                .observe(
                    state -> {
                      if (state instanceof Ok<Set<String>>(var set)) {
                        heard.queue.add(set);
                      }
                    }));
    return heard;
  }

  private static Activity<Set<String>> endpoints(NameTree<Name> tree) {
    return tree instanceof NameTree.Leaf<Name>(Bound bound)
        ? bound.addr().map(RealConsulTest::show)
        : Activity.ok(Set.of());
  }

  private static Set<String> show(Addr addr) {
    return switch (addr) {
      case Addr.Neg _ -> Set.of();
      case Addr.Live(var endpoints, var _) ->
          endpoints.stream().map(Endpoint::show).collect(Collectors.toUnmodifiableSet());
    };
  }

  @Test
  void registrationsHealthAndMaintenanceAreFollowed() throws Exception {
    try (var consul = RealConsul.start(ADDRESS, dir, "")) {
      var seen = observe(namer(consul, _ -> {}), ".local", "Web");
      seen.await("neg", Set::isEmpty);

      consul.register("web", "w1", "127.0.0.1", 9001);
      seen.await("first", Set.of("127.0.0.1:9001")::equals);
      consul.register("web", "w2", "127.0.0.1", 9002);
      seen.await("both", Set.of("127.0.0.1:9001", "127.0.0.1:9002")::equals);
      consul.check("w1", "fail");
      seen.await("w1 critical", Set.of("127.0.0.1:9002")::equals);
      consul.check("w1", "pass");
      seen.await("w1 back", s -> s.size() == 2);
      consul.maintenance("w2", true);
      seen.await("w2 in maintenance", Set.of("127.0.0.1:9001")::equals);
      consul.check("w1", "fail");
      seen.await("all unhealthy", Set::isEmpty);
      consul.maintenance("w2", false);
      seen.await("w2 back", Set.of("127.0.0.1:9002")::equals);
      consul.deregister("w2");
      consul.deregister("w1");
      seen.await("gone", Set::isEmpty);
    }
  }

  @Test
  void agentsOwnRegistrationsAreFollowed() throws Exception {
    try (var consul = RealConsul.start(ADDRESS, dir, "")) {
      var seen = observe(namer(consul, c -> c.scope = Scope.AGENT), "dc1", "web");

      consul.register("web", "w1", "", 9001);
      seen.await("registered", Set.of(ADDRESS + ":9001")::equals);
      consul.check("w1", "fail");
      seen.await("critical", Set::isEmpty);
      consul.check("w1", "pass");
      seen.await("back", s -> s.size() == 1);
    }
  }

  @Test
  void fault01_killedAndRestartedAgentCostsNoAddress() throws Exception {
    try (var consul = RealConsul.start(ADDRESS, dir, "")) {
      consul.register("web", "w1", "127.0.0.1", 9001);
      var seen = observe(namer(consul, c -> c.emptyGrace = GRACE), "dc1", "web");
      seen.await("registered", Set.of("127.0.0.1:9001")::equals);

      consul.kill();
      consul.startAgain();
      // From here on the agent calls w1 critical: it loads checks as such until they have run.
      consul.register("web", "w2", "127.0.0.1", 9002);
      seen.awaitAlways(
          "w2 beside w1",
          s -> s.contains("127.0.0.1:9001"),
          Set.of("127.0.0.1:9001", "127.0.0.1:9002")::equals);
      consul.check("w1", "pass");
      consul.register("web", "w3", "127.0.0.1", 9003);
      consul.deregister("w2");

      seen.awaitAlways(
          "w2 gone",
          s -> s.contains("127.0.0.1:9001"),
          Set.of("127.0.0.1:9001", "127.0.0.1:9003")::equals);
    }
  }

  @Test
  void fault01_checkThatFailsAfterTheRestartTakesItsInstanceOut() throws Exception {
    try (var consul = RealConsul.start(ADDRESS, dir, "")) {
      consul.register("web", "w1", "127.0.0.1", 9001);
      consul.register("web", "w2", "127.0.0.1", 9002);
      consul.check("w2", "pass");
      var seen = observe(namer(consul, c -> c.emptyGrace = GRACE), "dc1", "web");
      seen.await("registered", s -> s.size() == 2);

      consul.kill();
      consul.startAgain();
      consul.check("w1", "fail");

      seen.awaitAlways("w1 out", s -> s.contains("127.0.0.1:9002"), s -> s.size() == 1);
    }
  }

  @Test
  void fault05_tokenThatIsRotatedInItsFileIsTaken() throws Exception {
    try (var consul = RealConsul.start(ADDRESS, dir, MASTER)) {
      consul.register("web", "w1", "127.0.0.1", 9001);
      var token = Files.writeString(dir.resolve("token"), "11111111-1111-1111-1111-111111111111");
      var seen = observe(namer(consul, c -> c.tokenFile = token), "dc1", "web");
      seen.await("denied", Set::isEmpty);

      Files.writeString(token, readingToken(consul));

      seen.await("allowed", Set.of("127.0.0.1:9001")::equals);
    }
  }

  private static String readingToken(RealConsul consul) throws IOException {
    consul.put(
        "/v1/acl/policy",
        """
        {"Name": "read", "Rules": "service_prefix \\"\\" { policy = \\"read\\" } node_prefix \\"\\" { policy = \\"read\\" }"}
        """);
    String made = consul.put("/v1/acl/token", "{\"Policies\": [{\"Name\": \"read\"}]}");
    return new ObjectMapper().readTree(made).path("SecretID").asText();
  }

  @Test
  void storedRulesAreFollowed() throws Exception {
    try (var consul = RealConsul.start(ADDRESS, dir, "")) {
      var agent =
          new ConsulAgent(
              ADDRESS, consul.http().getPort(), null, null, Consistency.DEFAULT, null, false);
      var config =
          new InterpreterConfig.Consul(
              List.of(), agent, "/namerd/dtabs", "default", null, Consistency.DEFAULT);
      var interpreter =
          ConsulInterpreter.open(config, runtime, (_, _) -> Activity.ok(new NameTree.Neg<>()));
      var heard = new Heard<State<Dtab>>();
      control.execute(() -> interpreter.dtab().observe(heard.queue::add));

      heard.await("no key", new Ok<>(Dtab.EMPTY)::equals);
      consul.put("/v1/kv/namerd/dtabs/default", "/svc => /#/io.l5d.consul/dc1");
      heard.await("rules", s -> s.toString().contains("io.l5d.consul/dc1"));
      consul.put("/v1/kv/namerd/dtabs/default", "/svc => ");
      consul.put("/v1/kv/namerd/dtabs/default", "/svc => /other");
      heard.await("good again", s -> s.toString().contains("/other"));
    }
  }
}
