package fairlead.server;

import fairlead.config.Block;
import fairlead.config.Protocol;
import fairlead.server.ServerConfig.SocketOptions;
import fairlead.wire.Patience;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a listener protects itself with: but for the timeouts, keys of our own. */
final class GuardConfigReader {
  private GuardConfigReader() {}

  static GuardConfig read(Block server, Protocol protocol, SocketOptions options) {
    var requestTimeout = server.millis("timeoutMs", 1);
    if (!protocol.isHttp()) {
      return GuardConfig.DEFAULT;
    }
    return new GuardConfig(
        patience(server, options),
        requestTimeout,
        server.integer("maxConnections", 1, Integer.MAX_VALUE),
        proxyProtocol(server.block("proxyProtocol")),
        server.flag("allowAddressesInDtab", false),
        diagnostics(server.block("diagnostics")));
  }

  private static Patience patience(Block server, SocketOptions options) {
    var usual = Patience.DEFAULT;
    return new Patience(
        server.millis("headTimeoutMs", usual.head(), 1),
        server.millis("bodyTimeoutMs", usual.body(), 1),
        server.integer("bodyMinBytesPerSec", usual.bodyBytesPerSecond(), 0, Integer.MAX_VALUE),
        options.writeTimeout() == null ? usual.write() : options.writeTimeout(),
        options.readTimeout());
  }

  private static List<AddressRange> proxyProtocol(@Nullable Block block) {
    if (block == null) {
      return List.of();
    }
    if (!block.has("from")) {
      block.missing("from", "write the trusted peers, such as [10.0.0.0/8]");
    }
    var ranges = from(block);
    block.end();
    return ranges;
  }

  private static Diagnostics diagnostics(@Nullable Block block) {
    var usual = Diagnostics.DEFAULT;
    if (block == null) {
      return usual;
    }
    var read = new Diagnostics(from(block), block.millis("slowRequestMs", usual.slowRequest(), 1));
    block.end();
    return read;
  }

  private static List<AddressRange> from(Block block) {
    if (block.isEmptyList("from")) {
      block.fault("from", "the list is empty; write at least one, such as [10.0.0.0/8]");
    }
    var ranges = new ArrayList<AddressRange>();
    for (Block.Item item : block.list("from")) {
      String text = item.in().requiredText(item.key(), "write a range, such as 10.0.0.0/8");
      try {
        ranges.add(AddressRange.parse(text));
      } catch (IllegalArgumentException e) {
        item.in().fault(item.key(), item.in().shown(item.key()) + " " + e.getMessage());
      }
    }
    return ranges;
  }
}
