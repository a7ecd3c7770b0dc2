package fairlead.discovery.utility;

import fairlead.activity.Activity;
import fairlead.discovery.Namer;
import fairlead.discovery.inet.InetHosts;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.NameTree.Empty;
import fairlead.naming.NameTree.Fail;
import fairlead.naming.NameTree.Leaf;
import fairlead.naming.NameTree.Neg;
import fairlead.naming.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiFunction;

/** Answers every path under {@code /$} ({@code spec/routing.md} §5). */
public final class UtilityNamer implements Namer {
  /**
   * Set metadata of {@code io.buoyant.http.status} names: the status with which an HTTP router
   * answers by itself.
   */
  public static final String STATUS = "status";

  private static final String RINET = "io.buoyant.rinet";
  private static final String HTTP_STATUS = "io.buoyant.http.status";

  private final InetHosts hosts;

  public UtilityNamer(InetHosts hosts) {
    this.hosts = hosts;
  }

  /** What {@code path}, the elements after {@code /$}, stands for. */
  @Override
  public Activity<NameTree<Name>> lookup(Path path) {
    if (path.isEmpty()) {
      return Activity.ok(new Neg<>());
    }
    String kind = path.elements().getFirst();
    Path rest = path.drop(1);
    return switch (kind) {
      case "inet" -> inet(path, hosts::live);
      case "fixedinet" -> inet(path, hosts::fixed);
      case "fail" -> Activity.ok(new Fail<>());
      case "nil" -> Activity.ok(new Empty<>());
      case RINET -> rinet(path);
      case HTTP_STATUS -> Activity.ok(status(path));
      case "com.twitter.finagle.namer.global" ->
          rest.startsWith(Path.of("$")) ? lookup(rest.drop(1)) : Activity.ok(new Neg<>());
      case "io.buoyant.namer.zk.leader", "com.twitter.serverset" ->
          Activity.failed(named(path) + ": " + kind + " is known, not built yet");
      default -> rewrite(kind, path, rest);
    };
  }

  private static Activity<NameTree<Name>> rewrite(String kind, Path path, Path rest) {
    Rewrite rewrite = Rewrites.BY_CLASS.get(kind);
    return rewrite == null ? unknown(path) : rewrite.apply(named(path), rest);
  }

  private static Activity<NameTree<Name>> unknown(Path path) {
    return Activity.failed(
        named(path) + ": no such utility namer: " + Path.showElement(path.elements().getFirst()));
  }

  private Activity<NameTree<Name>> inet(Path path, BiFunction<String, Integer, Activity<Addr>> of) {
    OptionalInt second = integer(path, 2);
    if (second.isPresent()) {
      return bound(path, 3, path.elements().get(1), second.getAsInt(), of);
    }
    OptionalInt first = integer(path, 1);
    return first.isPresent() ? bound(path, 2, "localhost", first.getAsInt(), of) : unknown(path);
  }

  private Activity<NameTree<Name>> rinet(Path path) {
    OptionalInt port = integer(path, 1);
    return port.isPresent() && path.size() > 2
        ? bound(path, 3, path.elements().get(2), port.getAsInt(), hosts::live)
        : unknown(path);
  }

  /** A leaf whose id is the first {@code used} elements after {@code /$}. */
  private static Activity<NameTree<Name>> bound(
      Path path,
      int used,
      String host,
      int port,
      BiFunction<String, Integer, Activity<Addr>> addresses) {
    if (port < 0 || port > 0xffff) {
      return Activity.failed(named(path) + ": " + port + " is not a port; use 0 to 65535");
    }
    return Activity.ok(
        new Leaf<>(
            new Bound(
                Path.of("$").concat(path.take(used)),
                addresses.apply(host, port),
                path.drop(used))));
  }

  private static NameTree<Name> status(Path path) {
    OptionalInt code = integer(path, 1);
    if (code.isEmpty() || code.getAsInt() < 100 || code.getAsInt() > 599) {
      return new Neg<>();
    }
    var addr = new Addr.Live(Set.of(), Map.of(STATUS, String.valueOf(code.getAsInt())));
    return new Leaf<>(
        new Bound(Path.of("$").concat(path.take(2)), Activity.ok(addr), path.drop(2)));
  }

  private static OptionalInt integer(Path path, int index) {
    if (index >= path.size()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(path.elements().get(index)));
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  private static String named(Path path) {
    return Path.of("$").concat(path).show();
  }
}
