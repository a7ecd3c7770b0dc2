package fairlead.discovery.utility;

import fairlead.activity.Activity;
import fairlead.naming.NameTree.Leaf;
import fairlead.naming.NameTree.Neg;
import fairlead.naming.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rewriting namers of {@code spec/routing.md} §5, by class. */
final class Rewrites {
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("([^:]*):([a-z0-9][a-z0-9-]{0,62}):?");
  private static final Pattern METHOD = Pattern.compile("[A-Z]+");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_-]+");

  static final Map<String, Rewrite> BY_CLASS =
      Map.ofEntries(
          Map.entry("io.buoyant.hostportPfx", afterPrefix(1, pair(false))),
          Map.entry("io.buoyant.porthostPfx", afterPrefix(1, pair(true))),
          Map.entry("io.buoyant.http.anyMethod", afterPrefix(0, dropped(METHOD))),
          Map.entry("io.buoyant.http.anyMethodPfx", afterPrefix(1, dropped(METHOD))),
          Map.entry("io.buoyant.http.anyHost", afterPrefix(0, dropped(HOST))),
          Map.entry("io.buoyant.http.anyHostPfx", afterPrefix(1, dropped(HOST))),
          Map.entry("io.buoyant.http.subdomainOf", subdomain(0)),
          Map.entry("io.buoyant.http.subdomainOfPfx", subdomain(1)),
          Map.entry("io.buoyant.http.domainToPath", afterPrefix(0, Rewrites::domainElements)),
          Map.entry("io.buoyant.http.domainToPathPfx", afterPrefix(1, Rewrites::domainElements)));

  private Rewrites() {}

  /** What one element becomes: any number of elements, or nothing when it does not match. */
  private interface ElementRewrite {
    Optional<List<String>> apply(String element);
  }

  /** Keeps {@code kept} elements and rewrites the one behind them. */
  private static Rewrite afterPrefix(int kept, ElementRewrite rewrite) {
    return (named, rest) -> {
      if (rest.size() <= kept) {
        return Activity.ok(new Neg<>());
      }
      Optional<List<String>> rewritten = rewrite.apply(rest.elements().get(kept));
      if (rewritten.isEmpty()) {
        return Activity.ok(new Neg<>());
      }
      if (rewritten.get().contains("")) {
        return Activity.failed(named + ": an element of the rewritten path is empty");
      }
      Path path = rest.take(kept).concat(new Path(rewritten.get())).concat(rest.drop(kept + 1));
      return Activity.ok(new Leaf<>(path));
    };
  }

  private static ElementRewrite pair(boolean portFirst) {
    return element -> {
      var found = HOST_AND_PORT.matcher(element);
      if (!found.matches()) {
        return Optional.empty();
      }
      String host = found.group(1);
      String port = found.group(2);
      return Optional.of(portFirst ? List.of(port, host) : List.of(host, port));
    };
  }

  private static ElementRewrite dropped(Pattern pattern) {
    return element ->
        pattern.matcher(element).matches() ? Optional.of(List.of()) : Optional.empty();
  }

  private static Optional<List<String>> domainElements(String host) {
    if (!HOST.matcher(host).matches()) {
      return Optional.empty();
    }
    String relative = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    var elements = new ArrayList<>(List.of(relative.split("\\.", -1)));
    Collections.reverse(elements);
    return Optional.of(elements);
  }

  /** The domain comes first, then {@code kept} elements that stay. */
  private static Rewrite subdomain(int kept) {
    return (named, rest) ->
        rest.isEmpty()
            ? Activity.ok(new Neg<>())
            : afterPrefix(kept, host -> within(rest.elements().getFirst(), host))
                .apply(named, rest.drop(1));
  }

  private static Optional<List<String>> within(String domain, String host) {
    if (!HOST.matcher(host).matches()) {
      return Optional.empty();
    }
    int colon = host.indexOf(':');
    String name = colon < 0 ? host : host.substring(0, colon);
    int length = name.length() - domain.length() - 1;
    return length > 0 && name.endsWith("." + domain)
        ? Optional.of(List.of(name.substring(0, length)))
        : Optional.empty();
  }
}
