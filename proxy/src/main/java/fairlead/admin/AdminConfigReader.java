package fairlead.admin;

import fairlead.config.Block;
import fairlead.config.Claims;
import fairlead.config.Secret;
import fairlead.config.SocketOptionKeys;
import fairlead.tls.ServerTls;
import fairlead.tls.ServerTlsReader;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
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
    }
    ServerTls tls = ServerTlsReader.read(admin);
    SocketOptionKeys.check(admin.block("socketOptions"));
    admin.integer("workerThreads", 1, 1024);
    AdminConfig.Security security = security(admin.block("security"));
    Secret token = admin.secret("token");
    Duration grace = admin.millis("shutdownGraceMs", usualGrace, 0);
    Duration linger = admin.millis("lingerMs", AdminConfig.LINGER, 0);
    boolean readOnly = admin.flag("readOnly", false);
    admin.end();
    return new AdminConfig(ip, port, grace, linger, security, token, tls, identifierPort, readOnly);
  }

  private static AdminConfig.@Nullable Security security(@Nullable Block block) {
    if (block == null) {
      return null;
    }
    var security =
        new AdminConfig.Security(
            block.flag("uiEnabled", true),
            block.flag("controlEnabled", true),
            block.flag("diagnosticsEnabled", true),
            expressions(block, "pathWhitelist"),
            expressions(block, "pathBlacklist"));
    block.end();
    return security;
  }

  private static List<Pattern> expressions(Block block, String key) {
    List<Pattern> patterns = new ArrayList<>();
    for (Block.Item item : block.list(key)) {
      Pattern pattern = expression(item);
      if (pattern != null) {
        patterns.add(pattern);
      }
    }
    return patterns;
  }

  private static @Nullable Pattern expression(Block.Item item) {
    String text = item.in().requiredText(item.key(), "write a regular expression");
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      item.in()
          .fault(
              item.key(),
              item.in().shown(item.key())
                  + " is no regular expression: "
                  + e.getDescription()
                  + "; mend it");
      return null;
    }
  }
}
