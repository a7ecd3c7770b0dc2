package fairlead.launcher;

import fairlead.activity.State;
import fairlead.admin.AdminConfig;
import fairlead.admin.LintRule;
import fairlead.naming.Addr;
import fairlead.naming.Path;
import fairlead.routing.ClientState;
import fairlead.telemetry.MetricsChoice;
import fairlead.telemetry.MetricsSnapshot;
import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What {@code /admin/lint} looks at in a proxy that runs; {@code docs/config/admin.md} lists it.
 */
final class LintRules {
  private static final double MOSTLY = 0.8;

  private static final String DESCRIPTORS = "jvm/fd_count";
  private static final String MOST_DESCRIPTORS = "jvm/fd_limit";
  private static final String HEAP = "jvm/mem/postGC/used";
  private static final String MOST_HEAP = "jvm/heap/max";
  private static final String OVERFLOWED = "metrics/overflowed";

  private static final MetricsChoice LOOKED_AT =
      MetricsChoice.of(DESCRIPTORS, MOST_DESCRIPTORS, HEAP, MOST_HEAP, OVERFLOWED);

  private LintRules() {}

  /**
   * All rules.
   *
   * @param metrics those of a choice, as they are when asked for
   */
  static List<LintRule> of(
      Pages.Shown shown, Function<MetricsChoice, CompletionStage<MetricsSnapshot>> metrics) {
    return List.of(
        new LintRule(
            "Configuration",
            "file-in-force",
            "The configuration file is the one in force.",
            () -> now(refused(shown))),
        new LintRule(
            "Security",
            "admin-open",
            "What the admin port shows is not shown to other hosts without a rule.",
            () -> now(open(shown.config().admin()))),
        new LintRule(
            "Security",
            "token-in-plain-text",
            "The admin token is sent through TLS only.",
            () -> now(tokenInPlainText(shown.config().admin()))),
        new LintRule(
            "Discovery",
            "clients-without-endpoints",
            "Every client has endpoints, and one at least that is not out.",
            () -> shown.clients().get().thenApply(LintRules::withoutEndpoints)),
        new LintRule(
            "Runtime",
            "file-descriptors",
            "At most 80 % of the file descriptors are used; each connection takes one.",
            () -> metrics.apply(LOOKED_AT).thenApply(LintRules::descriptors)),
        new LintRule(
            "Runtime",
            "heap-after-collection",
            "At most 80 % of the heap is left in use by a garbage collection.",
            () -> metrics.apply(LOOKED_AT).thenApply(LintRules::heap)),
        new LintRule(
            "Runtime",
            "deadlocks",
            "No threads wait for each other for ever.",
            () -> now(deadlocks())),
        new LintRule(
            "Metrics",
            "overflow",
            "No scope of the metrics has more names than it may.",
            () -> metrics.apply(LOOKED_AT).thenApply(LintRules::overflow)));
  }

  private static CompletionStage<List<String>> now(List<String> issues) {
    return CompletableFuture.completedFuture(issues);
  }

  private static List<String> refused(Pages.Shown shown) {
    String why = shown.refusal().get();
    return why == null
        ? List.of()
        : List.of("the file was refused and the one before it is in force; mend it: " + why);
  }

  private static List<String> open(AdminConfig admin) {
    return admin.ip().isLoopbackAddress() || admin.security() != null
        ? List.of()
        : List.of(
            "admin.ip is "
                + admin.ip().getHostAddress()
                + ", so other hosts may read every page; listen on 127.0.0.1, or say with"
                + " admin.security what is served");
  }

  private static List<String> tokenInPlainText(AdminConfig admin) {
    return admin.token() == null || admin.tls() != null || admin.ip().isLoopbackAddress()
        ? List.of()
        : List.of("admin.token passes the network in plain text; add admin.tls");
  }

  private static List<String> withoutEndpoints(Map<Path, ClientState> clients) {
    var issues = new ArrayList<String>();
    clients.forEach(
        (id, state) -> {
          String wrong =
              switch (state.addr()) {
                case State.Pending<Addr> _ -> "nothing is known of its endpoints yet";
                case State.Failed<Addr>(var reason) -> "discovery fails: " + reason;
                case State.Ok<Addr>(Addr.Neg _) -> "discovery knows it no more";
                case State.Ok<Addr>(Addr.Live live) when live.endpoints().isEmpty() ->
                    "it has no endpoint";
                case State.Ok<Addr>(Addr.Live live)
                    when state.out().keySet().containsAll(live.endpoints()) ->
                    "all " + live.endpoints().size() + " of its endpoints are out";
                case State.Ok<Addr>(Addr.Live _) -> "";
              };
          if (!wrong.isEmpty()) {
            issues.add(id.show() + ": " + wrong + "; see /client_state.json");
          }
        });
    return issues.stream().sorted().toList();
  }

  private static List<String> descriptors(MetricsSnapshot metrics) {
    return mostly(
        metrics,
        DESCRIPTORS,
        MOST_DESCRIPTORS,
        share -> share + " % of the file descriptors are used; raise the limit (ulimit -n)");
  }

  private static List<String> heap(MetricsSnapshot metrics) {
    return mostly(
        metrics,
        HEAP,
        MOST_HEAP,
        share ->
            share + " % of the heap is left in use by a garbage collection; give it more memory");
  }

  private static List<String> mostly(
      MetricsSnapshot metrics, String used, String most, Function<Long, String> issue) {
    double limit = value(metrics, most);
    double share = limit > 0 ? value(metrics, used) / limit : 0;
    return share > MOSTLY ? List.of(issue.apply(Math.round(share * 100))) : List.of();
  }

  private static double value(MetricsSnapshot metrics, String name) {
    var found = metrics.at(name);
    return switch (found == null ? null : found.value()) {
      case Count(long value) -> value;
      case Level(float value) -> value;
      case null, default -> 0;
    };
  }

  private static List<String> deadlocks() {
    long[] found = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
    return found == null
        ? List.of()
        : List.of(found.length + " threads wait for each other; see /admin/contention");
  }

  private static List<String> overflow(MetricsSnapshot metrics) {
    long names = (long) value(metrics, OVERFLOWED);
    return names == 0
        ? List.of()
        : List.of(
            names
                + " times a name of a metric found its scope full and was counted as 'overflow';"
                + " raise metrics.maxPerScope, or mend what makes so many names");
  }
}
