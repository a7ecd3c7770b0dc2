package fairlead.launcher;

import fairlead.config.Position;
import fairlead.config.Problem;
import fairlead.config.Setting;
import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Sequence;
import fairlead.routing.RouterConfig;
import fairlead.server.CannotListenException;
import fairlead.server.ServerConfig;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells which line of the configuration asks for a port that cannot be had, and what to do. */
final class PortFault {
  private PortFault() {}

  /** A block that listens. */
  private record Listening(String path, @Nullable Mapping block) {}

  /** {@code file:line:column: key: what; how to mend}. */
  static String of(CannotListenException fault, Configuration config, @Nullable Mapping tree) {
    InetSocketAddress address = fault.address();
    Listening listening = find(address, config, tree);
    String reason = String.valueOf(fault.getCause() == null ? null : fault.getCause().getMessage());
    String low = reason.toLowerCase(Locale.ROOT);
    boolean ofIp = low.contains("assign requested address");
    String key = ofIp ? "ip" : "port";
    String ip = address.getAddress().getHostAddress();
    String what =
        ofIp
            ? ip + " is no address of this machine; write one that is, or 0.0.0.0 for all"
            : address.getPort() + " on " + ip + " cannot be had: " + why(low, reason);
    Position at = place(listening.block, key, tree);
    String path = listening.path + "." + key;
    return at == null
        ? "fairlead: " + path + ": " + what
        : new Problem(at, path, what, List.of()).show();
  }

  private static String why(String low, String reason) {
    if (low.contains("already in use")) {
      return "another process listens there; stop it, or choose another port";
    }
    if (low.contains("permission denied")) {
      return "this user may not use it; choose one above 1023, or grant CAP_NET_BIND_SERVICE";
    }
    return reason + "; choose another port";
  }

  private static Listening find(
      InetSocketAddress address, Configuration config, @Nullable Mapping tree) {
    List<RouterConfig> routers = config.routers();
    for (int i = 0; i < routers.size(); i++) {
      List<ServerConfig> servers = routers.get(i).servers();
      for (int j = 0; j < servers.size(); j++) {
        if (address.equals(new InetSocketAddress(servers.get(j).ip(), servers.get(j).port()))) {
          Mapping server = item(item(tree, "routers", i), "servers", j);
          return new Listening("routers[" + i + "].servers[" + j + "]", server);
        }
      }
    }
    return new Listening(
        "admin", tree != null && tree.get("admin") instanceof Mapping admin ? admin : null);
  }

  private static @Nullable Mapping item(@Nullable Mapping in, String key, int index) {
    return in != null
            && in.get(key) instanceof Sequence(var _, var items)
            && index < items.size()
            && items.get(index) instanceof Mapping found
        ? found
        : null;
  }

  /** Of the key; of its block when a default is meant; of the file when that is not written. */
  private static @Nullable Position place(
      @Nullable Mapping block, String key, @Nullable Mapping tree) {
    if (block != null) {
      Setting value = block.get(key);
      return value == null ? block.at() : value.at();
    }
    return tree == null ? null : tree.at();
  }
}
