package fairlead.launcher;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import fairlead.naming.Path;
import fairlead.routing.RouterConfig;
import fairlead.telemetry.MetricsTree;
import fairlead.tls.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of namers and interpreters goes on to the next configuration, and what is closed when. */
class NamingTest {
  private static final Path ONE = Path.of("one");
  private static final Path TWO = Path.of("two");

  private final MetricsTree metrics = new MetricsTree();
  private final List<Naming> opened = new ArrayList<>();

  @TempDir java.nio.file.Path dir;

  @AfterEach
  void stop() {
    opened.forEach(Naming::release);
    if (!opened.isEmpty()) {
      opened.getFirst().plane().close();
    }
  }

  /**
   * Two namers of Consul, which nobody is, and two routers.
   *
   * @param more keys of the second namer
   * @param interpreter of the second router
   */
  private static Configuration config(String more, String interpreter) {
    return load(
        """
        namers:
        - {kind: io.l5d.consul, prefix: /one, host: 127.0.0.1, port: 1}
        - {kind: io.l5d.consul, prefix: /two, host: 127.0.0.1, port: 1%s}
        routers:
        - {protocol: http, label: a, servers: [{port: 4140}]}
        - {protocol: http, label: b, servers: [{port: 4141}]%s}
        """
            .formatted(more, interpreter));
  }

  private static Configuration load(String text) {
    var loaded = ConfigurationLoader.load(ConfigText.of("c.yaml", text), Machines.host(Map.of()));
    return requireNonNull(loaded.configuration(), () -> loaded.problems().show());
  }

  private Naming open(Configuration config) {
    return keep(Naming.open(config, metrics));
  }

  private Naming keep(Naming naming) {
    opened.add(naming);
    return naming;
  }

  private static RouterConfig router(Configuration config, String label) {
    return config.routers().stream().filter(r -> r.label().equals(label)).findFirst().orElseThrow();
  }

  /** Whether a namer of this prefix is open, once what was asked for, and by that, is done. */
  private boolean isOpen(Path prefix) {
    for (int round = 0; round < 4; round++) {
      var done = new CompletableFuture<Boolean>();
      opened.getFirst().control().execute(() -> done.complete(true));
      done.orTimeout(20, TimeUnit.SECONDS).join();
    }
    String gauge = "namer/#" + prefix.show() + "/service/last_good_age_ms"; // until it is closed
    return metrics.snapshot().at(gauge) != null;
  }

  @Test
  void whatIsEqualGoesOnToTheNext() {
    var config = config("", "");
    var before = open(config);

    var next = keep(before.next(config("", "")));

    assertThat(next.namers()).containsExactlyEntriesOf(before.namers());
    assertThat(next.binds(router(config, "a"), before)).isTrue();
    assertThat(next.binds(router(config, "b"), before)).isTrue();
    assertThat(next.of(router(config, "a"))).isSameAs(before.of(router(config, "a")));
    before.release();
    assertThat(isOpen(ONE)).isTrue();
    next.release();
    assertThat(isOpen(ONE)).isFalse();
  }

  @Test
  void aNamerThatChangedIsMadeAnewWithAllRoutersAndTheOthersGoOn() {
    var before = open(config("", ""));

    var config = config(", useHealthCheck: true", "");
    var next = keep(before.next(config));

    assertThat(next.namers().get(ONE)).isSameAs(before.namers().get(ONE));
    assertThat(next.namers().get(TWO)).isNotSameAs(before.namers().get(TWO));
    assertThat(next.binds(router(config, "a"), before)).isFalse();
    assertThat(next.binds(router(config, "b"), before)).isFalse();
  }

  @Test
  void theOrderOfNamersIsAChangeAndTheNamersThemselvesGoOn() {
    var config = config("", "");
    var before = open(config);
    var turned =
        new Configuration(
            config.routers(),
            config.namers().reversed(),
            config.telemeters(),
            config.metrics(),
            config.admin(),
            config.watchConfig(),
            config.stateDir(),
            config.sharePorts());

    var next = keep(before.next(turned));

    assertThat(next.namers().keySet()).containsExactly(TWO, ONE);
    assertThat(next.namers()).containsExactlyInAnyOrderEntriesOf(before.namers());
    assertThat(next.binds(router(config, "a"), before)).isFalse();
  }

  @Test
  void anInterpreterThatChangedIsItsRoutersBusinessOnly() {
    var before = open(config("", ""));

    var config =
        config("", ", interpreter: {kind: default, transformers: [{kind: io.l5d.port, port: 1}]}");
    var next = keep(before.next(config));

    assertThat(next.binds(router(config, "a"), before)).isTrue();
    assertThat(next.binds(router(config, "b"), before)).isFalse();
    assertThat(next.namers()).containsExactlyEntriesOf(before.namers());
  }

  @Test
  void aRouterThatIsNewBindsNothingAsBefore() {
    var before = open(config("", ""));

    var config =
        load(
            """
            namers:
            - {kind: io.l5d.consul, prefix: /one, host: 127.0.0.1, port: 1}
            - {kind: io.l5d.consul, prefix: /two, host: 127.0.0.1, port: 1}
            routers:
            - {protocol: http, label: c, servers: [{port: 4140}]}
            """);
    var next = keep(before.next(config));

    assertThat(next.routed()).containsOnlyKeys("c");
    assertThat(next.binds(router(config, "c"), before)).isFalse();
    assertThatThrownBy(() -> next.of(router(config("", ""), "a")))
        .hasMessage("router: a (expected: one of [c])");
  }

  /** Requests that are under way still need what their router had bound. */
  @Test
  void whatIsGivenUpIsClosedWithTheLastRouterThatBindsByIt() {
    var config = config("", "");
    var before = open(config);
    var interpreter = before.interpreter(router(config, "a"));
    var next =
        keep(
            before.next(
                load(
                    """
                    namers: [{kind: io.l5d.consul, prefix: /one, host: 127.0.0.1, port: 1}]
                    routers: [{protocol: http, label: a, servers: [{port: 4140}]}]
                    """)));

    before.release();
    before.release();

    assertThat(isOpen(TWO)).as("a router is left that binds by it").isTrue();
    before.control().execute(interpreter::close);
    assertThat(isOpen(TWO)).isFalse();
    assertThat(isOpen(ONE)).isTrue();
    next.release();
    assertThat(isOpen(ONE)).isFalse();
  }

  @Test
  void aFileThatCannotBeUsedLeavesTheOneOfBeforeAndNothingElse() throws IOException {
    var config = config("", "");
    var before = open(config);
    var namers = before.namers();
    java.nio.file.Path ca = new TestCa(dir, "ca").file();
    String broken =
        """
        namers:
        - {kind: io.l5d.consul, prefix: /one, host: 127.0.0.1, port: 1}
        - {kind: io.l5d.consul, prefix: /new, host: 127.0.0.1, port: 1}
        - {kind: io.l5d.consul, prefix: /bad, host: 127.0.0.1, port: 1, tls: {commonName: c, trustCerts: [%s]}}
        routers: [{protocol: http, label: a, servers: [{port: 4140}]}]
        """
            .formatted(ca);

    var next = load(broken);
    Files.writeString(ca, "nonsense");
    assertThatThrownBy(() -> before.next(next))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(ca.toString());

    assertThat(isOpen(Path.of("new"))).as("what was made before the fault").isFalse();
    assertThat(isOpen(ONE)).isTrue();
    assertThat(before.namers()).containsExactlyEntriesOf(namers);
    before.release();
    assertThat(isOpen(ONE)).as("held by nobody else").isFalse();
  }

  /** The interpreters come after the namers, which are let go of too. */
  @Test
  void anInterpreterThatCannotBeMadeLeavesNoNamerBehind() throws IOException {
    var before = open(config("", ""));
    java.nio.file.Path ca = new TestCa(dir, "ca").file();
    String bad =
        ", interpreter: {kind: io.l5d.consul.interpreter, namespace: d, host: 127.0.0.1, port: 1,"
            + " tls: {commonName: c, trustCerts: ["
            + ca
            + "]}}";
    var next = config(", useHealthCheck: true", bad);
    Files.writeString(ca, "nonsense");
    assertThatThrownBy(() -> before.next(next))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(ca.toString());

    assertThat(isOpen(TWO)).isTrue();
    before.release();
    assertThat(isOpen(ONE)).isFalse();
    assertThat(isOpen(TWO)).isFalse();
  }
}
