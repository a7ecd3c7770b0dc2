package fairlead.admin;

import fairlead.config.Block;
import fairlead.config.Claims;
import fairlead.config.SocketOptionKeys;
import fairlead.tls.ServerTlsReader;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads {@code admin} ({@code spec/config.md} §14). */
public final class AdminConfigReader {
  private AdminConfigReader() {}

  /** The admin server that {@code admin} says, which may be empty; its sockets are claimed. */
  public static AdminConfig read(Block admin, Duration usualGrace, Claims claims) {
    InetAddress ip = admin.ip("ip", InetAddress.getLoopbackAddress());
    int port = admin.port("port", AdminConfig.DEFAULT_PORT);
    claims.socket(ip, port, "the admin server", admin, "port");
    Integer identifierPort = admin.port("httpIdentifierPort");
    if (identifierPort != null) {
      claims.socket(ip, identifierPort, "the identifier server", admin, "httpIdentifierPort");
      admin.notBuilt("httpIdentifierPort");
    }
    ServerTlsReader.check(admin);
    SocketOptionKeys.check(admin.block("socketOptions"));
    admin.integer("workerThreads", 1, 1024);
    security(admin.block("security"));
    Duration grace = admin.millis("shutdownGraceMs", usualGrace, 0);
    admin.end();
    return new AdminConfig(ip, port, grace);
  }

  private static void security(@Nullable Block block) {
    if (block == null) {
      return;
    }
    for (String key : List.of("uiEnabled", "controlEnabled", "diagnosticsEnabled")) {
      block.only(key, block.flag(key, true), true);
    }
    for (String key : List.of("pathWhitelist", "pathBlacklist")) {
      for (Block.Item item : block.list(key)) {
        expression(item);
      }
      if (!block.isEmptyList(key)) {
        block.notBuilt(key);
      }
    }
    block.end();
  }

  private static void expression(Block.Item item) {
    String text = item.in().requiredText(item.key(), "write a regular expression");
    try {
      Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      item.in()
          .fault(
              item.key(),
              "'" + text + "' is no regular expression: " + e.getDescription() + "; mend it");
    }
  }
}
