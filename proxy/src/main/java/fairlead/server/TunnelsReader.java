package fairlead.server;

import fairlead.config.Block;
import fairlead.server.ServerConfig.Tunnels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@code upgrades} and {@code allowConnect}, keys of our own. */
final class TunnelsReader {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  private TunnelsReader() {}

  static Tunnels read(Block server) {
    return new Tunnels(
        server.has("upgrades") ? upgrades(server) : Tunnels.DEFAULT.upgrades(),
        server.flag("allowConnect", Tunnels.DEFAULT.connect()));
  }

  private static List<String> upgrades(Block server) {
    var protocols = new ArrayList<String>();
    for (Block.Item item : server.list("upgrades")) {
      String protocol = item.in().requiredText(item.key(), "write a protocol, such as websocket");
      String fault = item.in().failed(item.key()) ? null : fault(protocol);
      if (fault != null) {
        item.in().fault(item.key(), item.in().shown(item.key()) + fault);
      }
      protocols.add(protocol);
    }
    return protocols;
  }

  /** Requests inside of a tunnel to HTTP would pass every rule by ({@code spec/threats.md} 42). */
  private static @Nullable String fault(String protocol) {
    String lower = protocol.toLowerCase(Locale.ROOT);
    if (lower.equals("h2c") || lower.equals("h2") || lower.startsWith("http/")) {
      return " is never passed on, as requests in it would not be routed; remove it";
    }
    return protocol.matches(TOKEN + "(/" + TOKEN + ")?")
        ? null
        : " is no protocol of Upgrade; use a name such as websocket";
  }
}
