package fairlead.launcher;

import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.discovery.Namer;
import fairlead.http.Head;
import fairlead.interpreter.Delegation;
import fairlead.launcher.Naming.Routed;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import fairlead.naming.Path;
import fairlead.routing.RouterConfig;
import fairlead.routing.identify.Identification;
import fairlead.routing.identify.IdentifierConfig;
import fairlead.routing.identify.Identifiers;
import fairlead.server.ServerConfig;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a request would do, by the identifiers, namers and interpreters that route. Any
 * thread.
 */
final class Explainer {
  /** How long discovery may take to answer before what is not known is told as not known. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Naming naming;
  private final List<RouterConfig> routers;

  Explainer(Naming naming, List<RouterConfig> routers) {
    this.naming = naming;
    this.routers = List.copyOf(routers);
  }

  /**
   * What {@code request} would do.
   *
   * @throws IllegalArgumentException when it is no request, or names no router, with a message for
   *     the operator
   */
  CompletionStage<Explanation> explain(ExplainRequest request) {
    try {
      RouterConfig router = routerFor(request);
      Head head = request.head();
      Dtab local =
          head.contains("l5d-dtab")
              ? Dtabs.parse(String.join(";", head.all("l5d-dtab")))
              : Dtab.EMPTY;
      return explain(request, naming.of(router), head, local);
    } catch (URISyntaxException bad) {
      throw new IllegalArgumentException(request.url() + ": " + bad.getReason(), bad);
    }
  }

  private RouterConfig routerFor(ExplainRequest request) throws URISyntaxException {
    if (request.router() != null) {
      return routers.stream()
          .filter(router -> router.label().equals(request.router()))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "router: '" + request.router() + "' (expected: one of " + labels() + ")"));
    }
    int port = request.port();
    return routers.stream()
        .filter(router -> router.servers().stream().anyMatch(server -> server.port() == port))
        .findFirst()
        .orElse(routers.getFirst());
  }

  private String labels() {
    return routers.stream().map(RouterConfig::label).collect(Collectors.joining(", "));
  }

  private CompletionStage<Explanation> explain(
      ExplainRequest request, Routed routed, Head head, Dtab local) {
    RouterConfig router = routed.config();
    var asked = new ArrayList<String>();
    Path name = identify(router, head, asked);
    String line = request.method() + " " + request.url();
    if (name == null) {
      return CompletableFuture.completedFuture(
          new Explanation(line, describe(router), asked, null, null, List.of(), ""));
    }
    return delegation(routed, router.dtab().concat(local), name)
        .thenApplyAsync(
            tree ->
                new Explanation(
                    line,
                    describe(router),
                    asked,
                    name.show(),
                    tree,
                    ages(tree),
                    "p2c: the less loaded of two drawn"),
            naming.control());
  }

  private static String describe(RouterConfig router) {
    return router.label()
        + " on "
        + router.servers().stream().map(Explainer::socket).collect(Collectors.joining(", "));
  }

  private static String socket(ServerConfig server) {
    return server.ip().getHostAddress() + ":" + server.port();
  }

  /** Asks one identifier after the other, so that each can be told of. */
  private static @Nullable Path identify(RouterConfig router, Head head, List<String> asked) {
    for (IdentifierConfig config : router.identifiers()) {
      switch (Identifiers.of(List.of(config), router.dstPrefix()).identify(head)) {
        case Identification.Identified(var name) -> {
          asked.add(describe(config) + ": " + name);
          return name;
        }
        case Identification.Unidentified(var reason) ->
            asked.add(describe(config) + ": not for it: " + reason);
        case Identification.Invalid(var reason) -> {
          asked.add(describe(config) + ": refused: " + reason);
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
      case IdentifierConfig.MethodAndHost _ -> "io.l5d.methodAndHost";
      case IdentifierConfig.UriPath(var segments, var _) -> "io.l5d.path (" + segments + ")";
      case IdentifierConfig.Static _ -> "io.l5d.static";
    };
  }

  /** The tree once nothing in it is unknown any more, or as it is when patience ends. */
  CompletionStage<Delegation> delegation(Routed routed, Dtab dtab, Path path) {
    var settled = new CompletableFuture<Delegation>();
    naming.control().execute(() -> watch(routed, dtab, path, settled));
    return settled;
  }

  private void watch(Routed routed, Dtab dtab, Path path, CompletableFuture<Delegation> settled) {
    var last = new Delegation[] {new Delegation.Pending(path.show(), null)};
    Watch watch =
        routed
            .delegator()
            .delegate(dtab, path)
            .observe(
                state -> {
                  last[0] = treeOf(state, path);
                  if (last[0].settled()) {
                    settled.complete(last[0]);
                  }
                });
    Watch timer = naming.control().after(PATIENCE, () -> settled.complete(last[0]));
    var _ =
        settled.whenCompleteAsync(
            (_, _) -> {
              timer.close();
              watch.close();
            },
            naming.control());
  }

  private static Delegation treeOf(State<Delegation> state, Path path) {
    return switch (state) {
      case State.Ok<Delegation>(var tree) -> tree;
      case State.Failed<Delegation>(var reason) -> new Delegation.Failed(path.show(), null, reason);
      case State.Pending<Delegation> _ -> new Delegation.Pending(path.show(), null);
    };
  }

  /**
   * What the namers of the ids in {@code tree} say of when they learned what they know. Control
   * executor only.
   */
  private List<String> ages(Delegation tree) {
    var ids = new ArrayList<Path>();
    collect(tree, ids);
    var lines = new ArrayList<String>();
    naming.namers().forEach((prefix, namer) -> ids.forEach(id -> age(prefix, namer, id, lines)));
    return lines.stream().distinct().toList();
  }

  private static void age(Path prefix, Namer namer, Path id, List<String> lines) {
    int start = id.elements().lastIndexOf("#");
    Path inner = start < 0 ? Path.EMPTY : id.drop(start + 1);
    if (!inner.startsWith(prefix)) {
      return;
    }
    Path asked = inner.drop(prefix.size());
    if (namer.adminState().get(asked.show()) instanceof Map<?, ?> entry
        && entry.get("state") instanceof Map<?, ?> state) {
      Object updated = state.get("lastUpdatedAt");
      Object age = state.get("ageMs");
      lines.add(
          prefix.show()
              + asked.show()
              + ": "
              + (updated == null ? "not heard of yet" : "last changed " + updated)
              + (age instanceof Number millis && millis.longValue() > 0
                  ? ", not confirmed for " + millis + " ms"
                  : "")
              + (Boolean.TRUE.equals(state.get("held"))
                  ? ", a sudden loss of endpoints is being held"
                  : ""));
    }
  }

  private static void collect(Delegation tree, List<Path> ids) {
    switch (tree) {
      case Delegation.Delegate(var _, var _, var next) -> collect(next, ids);
      case Delegation.Alt(var _, var _, var branches) ->
          branches.forEach(branch -> collect(branch.tree(), ids));
      case Delegation.Union(var _, var _, var shares) ->
          shares.forEach(share -> collect(share.tree(), ids));
      case Delegation.Leaf leaf -> ids.add(leaf.bound().id());
      case Delegation.Transformation(var _, var _, var before, var next) -> {
        if (before != null) {
          ids.add(before.bound().id());
        }
        collect(next, ids);
      }
      case Delegation.Failed _,
          Delegation.Pending _,
          Delegation.Neg _,
          Delegation.Fail _,
          Delegation.Empty _ -> {}
    }
  }
}
