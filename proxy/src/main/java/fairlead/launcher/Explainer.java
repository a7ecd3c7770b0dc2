package fairlead.launcher;

import fairlead.discovery.TransformerConfig;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.interpreter.Delegation;
import fairlead.interpreter.Delegator;
import fairlead.launcher.ExplainRequest.Unusable;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import fairlead.naming.NameSyntaxException;
import fairlead.naming.Path;
import fairlead.routing.ClientState;
import fairlead.routing.RouterConfig;
import fairlead.routing.explain.Explaining;
import fairlead.routing.identify.Identification;
import fairlead.routing.identify.IdentifierConfig;
import fairlead.routing.identify.Identifiers;
import fairlead.server.ServerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a request would do, by the identifiers, namers and interpreters that route. Any
 * thread.
 */
final class Explainer {
  /** How long discovery may take to answer before what is not known is told as not known. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Other proxies' dtab first, then the caller's own ({@code spec/http.md} §4.2). */
  private static final List<String> DTAB_HEADERS = List.of("l5d-ctx-dtab", "l5d-dtab");

  private final Naming naming;
  private final List<RouterConfig> routers;
  private final Map<String, String> transformers;
  private final Supplier<CompletionStage<Map<Path, ClientState>>> clients;

  /** Knows nothing of requests that were sent: nobody is out. */
  Explainer(Naming naming, Configuration config) {
    this(naming, config, () -> CompletableFuture.completedFuture(Map.of()));
  }

  /**
   * Tells who is out as well.
   *
   * @param clients the live clients by id
   */
  Explainer(
      Naming naming,
      Configuration config,
      Supplier<CompletionStage<Map<Path, ClientState>>> clients) {
    this.clients = clients;
    this.naming = naming;
    this.routers = config.routers();
    this.transformers = transformers(config);
  }

  /** Which listener the request comes to. */
  private record Place(RouterConfig router, ServerConfig server, boolean byPort) {}

  /**
   * What {@code request} would do.
   *
   * @throws Unusable when it is no request, or names no router
   */
  CompletionStage<Explanation> explain(ExplainRequest request) {
    Head head = request.head();
    Place place = placeOf(request);
    RouterConfig router = place.router;
    var steps = new ArrayList<String>();
    if (place.server.clearContext()) {
      clearContext(head, steps);
    }
    Dtab local;
    try {
      local = takeDtab(head);
    } catch (NameSyntaxException bad) {
      return refused(request, router, steps, "400: the dtab of the request: " + bad.getMessage());
    }
    Path name = identify(router, head, steps);
    if (name == null) {
      return refused(request, router, steps, "400: no identifier knows a name for this request");
    }
    if (place.byPort && !request.namesHost() && name.show().endsWith(":" + request.port())) {
      steps.add("  (the port is in the Host header of such a request; -H 'Host: …' leaves it out)");
    }
    return explain(request.line(), router, steps, name, local);
  }

  /**
   * Tells of requests that came to a listener of {@code router}; their own dtab is taken out of the
   * head already.
   */
  Explaining of(RouterConfig router) {
    return (head, local) -> {
      var steps = new ArrayList<String>();
      Path name = identify(router, head, steps);
      String line = head.method() + " " + head.target() + host(head);
      return name == null
          ? CompletableFuture.completedFuture(
              new Explanation(
                      line,
                      describe(router),
                      steps,
                      null,
                      "400: no identifier knows a name for this request")
                  .told())
          : explain(line, router, steps, name, local).thenApply(Explanation::told);
    };
  }

  private static String host(Head head) {
    String host = head.first(HeaderNames.HOST);
    return host == null ? "" : ", Host: " + host;
  }

  private CompletionStage<Explanation> explain(
      String line, RouterConfig router, List<String> steps, Path name, Dtab local) {
    var delegation =
        delegation(
            naming.of(router).delegator(), router.dtab().concat(local), name, Function.identity());
    return delegation.thenCombine(
        clients.get(),
        (tree, live) -> {
          var routed =
              new Explanation.Routed(
                  name.show(),
                  tree,
                  Ages.of(tree, naming.namers()),
                  transformers,
                  Balancing.of(tree, router.client(), live));
          return new Explanation(
              line, describe(router), steps, routed, routed.result(router.bindingTimeout()));
        });
  }

  private static CompletionStage<Explanation> refused(
      ExplainRequest request, RouterConfig router, List<String> steps, String result) {
    return CompletableFuture.completedFuture(
        new Explanation(request.line(), describe(router), steps, null, result));
  }

  private Place placeOf(ExplainRequest request) {
    int port = request.port();
    if (request.router() != null) {
      RouterConfig router = labelled(request.router());
      return new Place(router, serverOn(router, port), false);
    }
    return routers.stream()
        .flatMap(router -> router.servers().stream().map(server -> new Place(router, server, true)))
        .filter(place -> place.server.port() == port)
        .findFirst()
        .orElseGet(
            () -> new Place(routers.getFirst(), routers.getFirst().servers().getFirst(), false));
  }

  private RouterConfig labelled(String label) {
    return routers.stream()
        .filter(router -> router.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new Unusable(
                    "there is no router '"
                        + label
                        + "'; write one of "
                        + routers.stream()
                            .map(RouterConfig::label)
                            .collect(Collectors.joining(", "))));
  }

  private static ServerConfig serverOn(RouterConfig router, int port) {
    return router.servers().stream()
        .filter(server -> server.port() == port)
        .findFirst()
        .orElse(router.servers().getFirst());
  }

  private static String describe(RouterConfig router) {
    return router.label()
        + " on "
        + router.servers().stream().map(Explainer::socket).collect(Collectors.joining(", "));
  }

  private static String socket(ServerConfig server) {
    return server.ip().getHostAddress() + ":" + server.port();
  }

  private static void clearContext(Head head, List<String> steps) {
    for (int i = 0; i < head.count(); i++) {
      if (head.isLive(i) && head.name(i).regionMatches(true, 0, "l5d-", 0, 4)) {
        steps.add("clearContext: " + head.name(i) + " is taken out");
        head.removeAt(i);
      }
    }
  }

  private static Dtab takeDtab(Head head) {
    Dtab all = Dtab.EMPTY;
    for (String header : DTAB_HEADERS) {
      for (String value : head.all(header)) {
        all = all.concat(Dtabs.parse(value));
      }
    }
    return all;
  }

  /** Asks one identifier after the other, so that each can be told of. */
  private static @Nullable Path identify(RouterConfig router, Head head, List<String> steps) {
    for (IdentifierConfig config : router.identifiers()) {
      switch (Identifiers.of(List.of(config), router.dstPrefix()).identify(head)) {
        case Identification.Identified(var name) -> {
          steps.add(describe(config) + ": " + name);
          return name;
        }
        case Identification.Unidentified(var reason) ->
            steps.add(describe(config) + ": not for it: " + reason);
        case Identification.Invalid(var reason) -> {
          steps.add(describe(config) + ": refused: " + reason);
          return null;
        }
      }
    }
    return null;
  }

  private static String describe(IdentifierConfig config) {
    return switch (config) {
      case IdentifierConfig.HeaderToken(var header) -> "io.l5d.header.token (" + header + ")";
      case IdentifierConfig.Header(var header) -> "io.l5d.header (" + header + ")";
      case IdentifierConfig.H2HeaderToken(var header) -> "io.l5d.header.token (" + header + ")";
      case IdentifierConfig.H2HeaderPath(var header, var _) ->
          "io.l5d.header.path (" + header + ")";
      case IdentifierConfig.MethodAndHost _ -> "io.l5d.methodAndHost";
      case IdentifierConfig.UriPath(var segments, var _) -> "io.l5d.path (" + segments + ")";
      case IdentifierConfig.Static _ -> "io.l5d.static";
    };
  }

  /**
   * What {@code tell} makes of the tree once nothing in it is unknown any more, or as it is when
   * patience ends.
   */
  <T> CompletionStage<T> delegation(
      Delegator delegator, Dtab dtab, Path path, Function<Delegation, T> tell) {
    return Settling.of(naming.control(), delegator.delegate(dtab, path), path, PATIENCE, tell);
  }

  /** By kind: what each transformer of this configuration lets through. */
  private static Map<String, String> transformers(Configuration config) {
    var all =
        Stream.concat(
            config.routers().stream().flatMap(r -> r.interpreter().transformers().stream()),
            config.namers().stream().flatMap(n -> n.transformers().stream()));
    var byKind = new TreeMap<String, String>();
    all.forEach(
        transformer -> {
          switch (transformer) {
            case TransformerConfig.Localhost _ ->
                byKind.put("io.l5d.localhost", "no address of this machine");
            case TransformerConfig.SpecificHost(var _, var host) ->
                byKind.merge(
                    "io.l5d.specificHost", "not on " + host.getHostAddress(), Explainer::either);
            case TransformerConfig.Port _,
                TransformerConfig.Replace _,
                TransformerConfig.Const _ -> {}
          }
        });
    return byKind;
  }

  private static String either(String one, String other) {
    return one.equals(other) ? one : one + " or " + other;
  }
}
