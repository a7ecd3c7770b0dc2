package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.State;
import fairlead.admin.LintRule;
import fairlead.config.ConfigText;
import fairlead.identity.Machine;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import fairlead.naming.Path;
import fairlead.routing.ClientState;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.trace.Tracing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LintRulesTest {
  private static final Endpoint WEB =
      new Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080));

  private final MetricsTree tree = new MetricsTree();

  @Test
  void nothingIsWrongWithWhatIsFine() {
    tree.scope("jvm").gauge("fd_count", () -> 80);
    tree.scope("jvm").gauge("fd_limit", () -> 100);

    assertThat(issues("{}", null, Map.of(Path.of("web"), live(false)))).isEmpty();
  }

  @Test
  void aRefusedFileIsTold() {
    assertThat(issues("{}", "mesh.yaml:3:1: unknown key", Map.of()))
        .isEqualTo(
            Map.of(
                "file-in-force",
                List.of(
                    "the file was refused and the one before it is in force; mend it:"
                        + " mesh.yaml:3:1: unknown key")));
  }

  @Test
  void anAdminPortForOthersIsTold() {
    assertThat(issues("{ip: 0.0.0.0, token: t}", null, Map.of()))
        .containsOnlyKeys("admin-open", "token-in-plain-text");
    assertThat(issues("{ip: 0.0.0.0, security: {uiEnabled: false}}", null, Map.of())).isEmpty();
    assertThat(issues("{token: t}", null, Map.of())).isEmpty();
  }

  @Test
  void clientsThatCannotBeSentToAreTold() {
    Map<Path, ClientState> clients =
        Map.of(
            Path.of("a"), ClientState.of(new State.Pending<>()),
            Path.of("b"), ClientState.of(new State.Failed<>("no leader")),
            Path.of("c"), ClientState.of(new State.Ok<>(new Addr.Neg())),
            Path.of("d"), ClientState.of(new State.Ok<>(new Addr.Live(Set.of()))),
            Path.of("e"), live(true),
            Path.of("f"), live(false));

    assertThat(issues("{}", null, clients).get("clients-without-endpoints"))
        .containsExactly(
            "/a: nothing is known of its endpoints yet; see /client_state.json",
            "/b: discovery fails: no leader; see /client_state.json",
            "/c: discovery knows it no more; see /client_state.json",
            "/d: it has no endpoint; see /client_state.json",
            "/e: all 1 of its endpoints are out; see /client_state.json");
  }

  @Test
  void whatRunsOutIsTold() {
    tree.scope("jvm").gauge("fd_count", () -> 81);
    tree.scope("jvm").gauge("fd_limit", () -> 100);
    tree.scope("jvm").scope("mem").scope("postGC").gauge("used", () -> 950);
    tree.scope("jvm").scope("heap").gauge("max", () -> 1000);
    tree.scope("metrics").counter("overflowed").add(3);

    assertThat(issues("{}", null, Map.of()))
        .isEqualTo(
            Map.of(
                "file-descriptors",
                List.of("81 % of the file descriptors are used; raise the limit (ulimit -n)"),
                "heap-after-collection",
                List.of(
                    "95 % of the heap is left in use by a garbage collection; give it more memory"),
                "overflow",
                List.of(
                    "3 times a name of a metric found its scope full and was counted as"
                        + " 'overflow'; raise metrics.maxPerScope, or mend what makes so many"
                        + " names")));
  }

  private static ClientState live(boolean out) {
    return new ClientState(
        new State.Ok<>(new Addr.Live(Set.of(WEB))),
        out ? Map.of(WEB, new ClientState.Out("refused", Duration.ofSeconds(5), false)) : Map.of(),
        Map.of(),
        Map.of());
  }

  /** What the rules found that found anything. */
  private Map<String, List<String>> issues(
      String admin, @Nullable String refusal, Map<Path, ClientState> clients) {
    String yaml = "admin: " + admin + "\nrouters: [{protocol: http, servers: [{port: 0}]}]\n";
    var config = Objects.requireNonNull(loaded(yaml).configuration());
    var telemeters = Telemeters.start(config, tree);
    try {
      var shown =
          new Pages.Shown(
              config,
              ShownConfig.NOTHING,
              () -> refusal,
              telemeters,
              Tracing.NONE,
              () -> CompletableFuture.completedFuture(clients));
      var found = new TreeMap<String, List<String>>();
      for (LintRule rule : LintRules.of(shown, telemeters::now)) {
        var issues = rule.check().issues().toCompletableFuture().join();
        if (!issues.isEmpty()) {
          found.put(rule.id(), issues);
        }
      }
      return found;
    } finally {
      telemeters.close();
    }
  }

  private static ConfigurationLoader.Loaded loaded(String yaml) {
    var in = new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
    try {
      return ConfigurationLoader.load(ConfigText.open("-", Map.of(), in), Machine.real(Map.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
