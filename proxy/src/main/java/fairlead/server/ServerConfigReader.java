package fairlead.server;

import fairlead.config.Block;
import fairlead.config.Claims;
import fairlead.config.H2Keys;
import fairlead.config.Kinds;
import fairlead.config.Protocol;
import fairlead.server.ServerConfig.ForwardedConfig;
import fairlead.server.ServerConfig.Labeler;
import fairlead.server.ServerConfig.SocketOptions;
import fairlead.server.ServerConfig.Tunnels;
import fairlead.tls.ServerTlsReader;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code servers} ({@code spec/config.md} §7, §11–13). */
public final class ServerConfigReader {
  private static final int DEFAULT_MAX_CALL_DEPTH = 1000;
  private static final Kinds<Labeler> LABELERS =
      Kinds.<Labeler>of("labeler of forwarded headers")
          .built("ip", _ -> new Labeler.Ip())
          .built("ip:port", _ -> new Labeler.IpPort())
          .built("requestRandom", _ -> new Labeler.RequestRandom())
          .built("connectionRandom", _ -> new Labeler.ConnectionRandom())
          .built("router", _ -> new Labeler.RouterLabel())
          .built("static", b -> new Labeler.Fixed(b.requiredText("label", "write the label")));

  private ServerConfigReader() {}

  /** The listener that {@code server} says; its socket is claimed for the router. */
  public static ServerConfig read(Block server, Protocol protocol, String label, Claims claims) {
    InetAddress ip = server.ip("ip", InetAddress.getLoopbackAddress());
    int port = server.port("port", protocol.defaultPort());
    claims.socket(ip, port, "router '" + label + "'", server, "port");
    server.text("label");
    ServerTlsReader.check(server);
    server.integer("timeoutMs", 1, Integer.MAX_VALUE);
    server.notBuilt("timeoutMs");
    announce(server);
    Block session = server.block("serverSession");
    ForwardedConfig forwarded = null;
    int maxCallDepth = DEFAULT_MAX_CALL_DEPTH;
    if (protocol.isHttp()) {
      forwarded = forwarded(server.block("addForwardedHeader"));
      maxCallDepth = server.integer("maxCallDepth", maxCallDepth, 1, Integer.MAX_VALUE);
    }
    var config =
        new ServerConfig(
            ip,
            port,
            socketOptions(server.block("socketOptions")),
            server.integer("maxConcurrentRequests", 1, Integer.MAX_VALUE),
            maxCallDepth,
            server.flag("clearContext", false),
            protocol == Protocol.HTTP ? timestampHeader(server) : null,
            session == null ? null : session.millis("idleTimeMs", 1),
            session == null ? null : session.millis("lifeTimeMs", 1),
            forwarded,
            protocol == Protocol.HTTP ? TunnelsReader.read(server) : Tunnels.DEFAULT);
    if (session != null) {
      session.end();
    }
    otherProtocols(server, protocol);
    server.end();
    return config;
  }

  private static @Nullable String timestampHeader(Block server) {
    String name = server.text("timestampHeader");
    if (name != null && !name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      server.fault(
          "timestampHeader",
          server.shown("timestampHeader") + " is no header name; use letters, digits and hyphens");
    }
    return name;
  }

  private static void announce(Block server) {
    for (Block.Item item : server.list("announce")) {
      item.in().requiredPath(item.key(), "write /#/prefix/name");
    }
    if (!server.list("announce").isEmpty()) {
      server.notBuilt("announce");
    }
  }

  private static void otherProtocols(Block server, Protocol protocol) {
    if (protocol == Protocol.H2) {
      server.integer("maxConcurrentStreamsPerConnection", 1, Integer.MAX_VALUE);
      H2Keys.check(server);
    } else if (protocol.isThrift()) {
      server.flag("thriftFramed", true);
    }
  }

  private static @Nullable ForwardedConfig forwarded(@Nullable Block block) {
    if (block == null) {
      return null;
    }
    var config = new ForwardedConfig(labeler(block.block("by")), labeler(block.block("for")));
    block.end();
    return config;
  }

  private static Labeler labeler(@Nullable Block block) {
    Labeler labeler = block == null ? null : LABELERS.read(block);
    return labeler == null ? new Labeler.RequestRandom() : labeler;
  }

  /** {@code socketOptions} of a listener (§7.2); the defaults when there are none. */
  public static SocketOptions socketOptions(@Nullable Block block) {
    if (block == null) {
      return SocketOptions.DEFAULT;
    }
    var options =
        new SocketOptions(
            block.flag("noDelay", true),
            block.flag("reuseAddr", true),
            block.flag("reusePort", false),
            block.flag("keepAlive"),
            block.integer("backlog", 1, Integer.MAX_VALUE));
    Duration read = block.millis("readTimeoutMs", 1);
    Duration write = block.millis("writeTimeoutMs", 1);
    if (read != null) {
      block.notBuilt("readTimeoutMs");
    }
    if (write != null) {
      block.notBuilt("writeTimeoutMs");
    }
    block.end();
    return options;
  }
}
