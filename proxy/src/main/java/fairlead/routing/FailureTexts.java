package fairlead.routing;

import fairlead.balance.Members;
import fairlead.client.WrongServiceException;
import fairlead.exchange.DurationText;
import fairlead.naming.Dtab;
import fairlead.naming.Endpoint;
import fairlead.naming.NameTree;
import fairlead.naming.NameTrees;
import fairlead.naming.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What callers are told when a request cannot be routed: word for word what Linkerd says ({@code
 * spec/http.md} §6.1). Any thread.
 */
final class FailureTexts {
  private final Dtab base;
  private final Duration bindingTimeout;

  FailureTexts(Dtab base, Duration bindingTimeout) {
    this.base = base;
    this.bindingTimeout = bindingTimeout;
  }

  Duration bindingTimeout() {
    return bindingTimeout;
  }

  String unroutable(RouteKey key) {
    return "Unable to route request!\nservice name: "
        + key.name().show()
        + "\ndtab:\n\nbase dtab:\n"
        + lines(base)
        + "\noverride dtab:\n"
        + lines(key.local())
        + "\n";
  }

  /** Where it was TLS that failed, its reason is told too. */
  String unconnected(
      RouteKey key, Path id, @Nullable Members members, Endpoint endpoint, Throwable cause) {
    String addresses =
        members instanceof Members.Known known
            ? known.endpoints().stream().map(Endpoint::show).collect(Collectors.joining(", "))
            : "";
    return "Unable to establish connection to "
        + endpoint.show()
        + ".\nservice name: "
        + key.name().show()
        + "\nclient name: "
        + id.show()
        + "\naddresses: ["
        + addresses
        + "]\nselected address: "
        + endpoint.show()
        + (cause instanceof SSLException tls ? "\nTLS: " + tls.getMessage() : "");
  }

  /** Where a port is another service's by now. */
  String wrongService(RouteKey key, Path id, Endpoint endpoint, WrongServiceException why) {
    return "Request not issued to "
        + endpoint.show()
        + ": "
        + why.getMessage()
        + ".\nservice name: "
        + key.name().show()
        + "\nclient name: "
        + id.show();
  }

  String resolvingTooLong(RouteKey key) {
    return "Exceeded "
        + DurationText.show(bindingTimeout)
        + " binding timeout while resolving name: "
        + key.name().show();
  }

  String connectingTooLong(RouteKey key, NameTree<BoundName> tree) {
    return "Exceeded "
        + DurationText.show(bindingTimeout)
        + " binding timeout while connecting to "
        + NameTrees.show(tree, BoundName::show)
        + " for name: "
        + key.name().show();
  }

  private static String lines(Dtab dtab) {
    return dtab.dentries().stream()
        .map(d -> "  " + d.prefix().show() + " => " + NameTrees.show(d.dst()))
        .collect(Collectors.joining("\n"));
  }
}
