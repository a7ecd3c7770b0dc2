package fairlead.launcher;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import fairlead.activity.Activity;
import fairlead.activity.SerialExecutor;
import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.admin.AdminPage;
import fairlead.admin.AdminPages;
import fairlead.admin.AdminResponse;
import fairlead.admin.Delegator;
import fairlead.admin.DelegatorPage;
import fairlead.admin.LintPage;
import fairlead.admin.LoggingPage;
import fairlead.admin.ProcessPages;
import fairlead.admin.RecentRequestsPage;
import fairlead.admin.RegistryPage;
import fairlead.admin.ShutdownPage;
import fairlead.admin.StatePages;
import fairlead.admin.StaticFiles;
import fairlead.admin.TracingPage;
import fairlead.interpreter.Delegation;
import fairlead.interpreter.DelegationJson;
import fairlead.json.Json;
import fairlead.launcher.Naming.Routed;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import fairlead.naming.NameSyntaxException;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import fairlead.routing.ClientState;
import fairlead.telemetry.trace.Tracing;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The pages of the admin port, each joined to what it shows. */
final class Pages {
  /** The variables that are read like flags. */
  private static final List<String> FLAGS =
      List.of(
          "FAIRLEAD_ADMIN",
          "FAIRLEAD_DRAIN_MS",
          "FAIRLEAD_LOG",
          "FAIRLEAD_LOG_LEVEL",
          "FAIRLEAD_WORKERS");

  private final Naming naming;
  private final Explainer explainer;
  private final SerialExecutor control;

  Pages(Naming naming, Explainer explainer) {
    this.naming = naming;
    this.explainer = explainer;
    this.control = naming.control();
  }

  /**
   * What the pages show besides names.
   *
   * @param shown the configuration, secrets masked
   * @param refusal why the file on disk is not in force; null for when it is
   * @param clients the live clients and what each may send to
   */
  record Shown(
      Configuration config,
      ShownConfig shown,
      Supplier<@Nullable String> refusal,
      Telemeters telemeters,
      Tracing tracing,
      Supplier<CompletionStage<Map<Path, ClientState>>> clients) {}

  /**
   * All of them.
   *
   * @param shutdown told by {@code /admin/shutdown} how long a drain may take
   */
  AdminPages all(Shown shown, Consumer<Duration> shutdown) {
    var pages = new AdminPages();
    ProcessPages.addTo(pages, Version.text());
    StaticFiles.addTo(pages);
    shown.telemeters.addTo(pages);
    LintPage.addTo(pages, LintRules.of(shown, shown.telemeters::now));
    pages
        .add("/config.json", StatePages.config(shown.shown::json, shown.refusal))
        .add("/config.yaml", _ -> AdminResponse.text(shown.shown.yaml()).now())
        .add(
            "/bound-names.json",
            StatePages.boundNames(() -> first(naming.boundNames()).thenApply(List::copyOf)))
        .add("/client_state.json", StatePages.clientState(shown.clients))
        .add("/endpoints.json", StatePages.endpoints(shown.clients))
        .add("/delegator.json", new DelegatorPage(delegator(), control))
        .add("/admin/registry.json", new RegistryPage(flags(), System.getenv()))
        .addControl("/admin/tracing", new TracingPage(shown.tracing))
        .add("/recorder.json", Recorder.page(InstantSource.system()))
        .add(
            "/explain",
            request ->
                explain(
                    request.param("url"),
                    request.param("method"),
                    request.params().getOrDefault("header", List.of()),
                    request.param("router"),
                    false))
        .add(
            "/explain.json",
            request ->
                explain(
                    request.param("url"),
                    request.param("method"),
                    request.params().getOrDefault("header", List.of()),
                    request.param("router"),
                    true))
        .addControl(
            "/logging.json", new LoggingPage((LoggerContext) LoggerFactory.getILoggerFactory()))
        .addControl(
            "/admin/shutdown", new ShutdownPage(shown.config.admin().shutdownGrace(), shutdown));
    var recent = shown.tracing.recent();
    if (recent != null) {
      RecentRequestsPage.addTo(pages, recent);
    }
    naming
        .namers()
        .forEach(
            (prefix, namer) ->
                pages.add("/namer_state" + prefix.show() + ".json", state(namer::adminState)));
    naming
        .routed()
        .forEach(
            (label, routed) -> {
              if (!routed.interpreterState().equals("default")) {
                pages.add(
                    "/" + label + "/interpreter_state/" + routed.interpreterState() + ".json",
                    state(routed.adminState()));
              }
            });
    return pages;
  }

  /** How the process was started; {@code FAIRLEAD_CONFIG} may hold secrets. */
  private static Map<String, String> flags() {
    var flags = new HashMap<String, String>();
    flags.put("command", System.getProperty("sun.java.command", ""));
    for (String name : FLAGS) {
      String value = System.getenv(name);
      if (value != null) {
        flags.put(name, value);
      }
    }
    return flags;
  }

  private AdminPage state(Supplier<?> value) {
    return StatePages.json(
        () -> CompletableFuture.<JsonNode>supplyAsync(() -> Json.of(value.get()), control));
  }

  /** The first state that is not pending; what failed counts as nothing. */
  private <T> CompletionStage<List<T>> first(Activity<List<T>> activity) {
    var found = new CompletableFuture<List<T>>();
    control.execute(
        () -> {
          Watch watch =
              activity.observe(
                  state -> {
                    switch (state) {
                      case State.Ok<List<T>>(var value) -> found.complete(value);
                      case State.Failed<List<T>> _ -> found.complete(List.of());
                      case State.Pending<List<T>> _ -> {}
                    }
                  });
          var _ = found.whenCompleteAsync((_, _) -> watch.close(), control);
        });
    return found;
  }

  private Delegator delegator() {
    return (router, dtab, path) -> {
      Dtab rules;
      try {
        rules = Dtabs.parse(dtab);
      } catch (NameSyntaxException bad) {
        return CompletableFuture.completedFuture(new Delegator.Explanation.BadDtab(message(bad)));
      }
      Path name;
      try {
        name = Paths.parse(path);
      } catch (NameSyntaxException bad) {
        return CompletableFuture.completedFuture(new Delegator.Explanation.BadPath(message(bad)));
      }
      Routed routed = router == null ? null : naming.routed().get(router);
      return router != null && routed == null
          ? CompletableFuture.completedFuture(new Delegator.Explanation.CannotExplain())
          : explainer.delegation(
              routed == null ? naming.delegator() : routed.delegator(), rules, name, Pages::tree);
    };
  }

  private static Delegator.Explanation tree(Delegation tree) {
    return new Delegator.Explanation.Tree(Json.of(DelegationJson.of(tree)));
  }

  private static String message(NameSyntaxException bad) {
    return bad.getMessage() == null ? "" : bad.getMessage();
  }

  private CompletionStage<AdminResponse> explain(
      @Nullable String url,
      @Nullable String method,
      List<String> headers,
      @Nullable String router,
      boolean json) {
    if (url == null) {
      return bad("url: missing; ask /explain?url=http://web/").now();
    }
    try {
      return explainer
          .explain(new ExplainRequest(method == null ? "GET" : method, url, headers, router))
          .thenApply(
              found ->
                  json
                      ? AdminResponse.json(ExplainCommand.json(found))
                      : AdminResponse.text(found.show()));
    } catch (ExplainRequest.Unusable unusable) {
      return bad(unusable.text()).now();
    }
  }

  private static AdminResponse bad(String reason) {
    return AdminResponse.of(
        HttpResponseStatus.BAD_REQUEST, "text/plain;charset=UTF-8", reason + "\n");
  }
}
