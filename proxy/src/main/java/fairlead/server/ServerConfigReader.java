package fairlead.server;

import fairlead.config.Block;
import fairlead.config.Claims;
import fairlead.config.H2Keys;
import fairlead.config.Kinds;
import fairlead.config.Protocol;
import fairlead.http2.Http2Settings;
import fairlead.server.ServerConfig.ForwardedConfig;
import fairlead.server.ServerConfig.Labeler;
import fairlead.server.ServerConfig.SocketOptions;
import fairlead.server.ServerConfig.Spoken;
import fairlead.server.ServerConfig.Tunnels;
import fairlead.tls.ServerTlsReader;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code servers} ({@code spec/config.md} §7, §11–13). */
public final class ServerConfigReader {
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
    var tls = ServerTlsReader.read(server);
    announce(server);
    Block session = server.block("serverSession");
    ForwardedConfig forwarded = null;
    int maxCallDepth = ServerConfig.DEFAULT_CALL_DEPTH;
    if (protocol.isHttp()) {
      forwarded = forwarded(server.block("addForwardedHeader"));
      maxCallDepth = server.integer("maxCallDepth", maxCallDepth, 1, Integer.MAX_VALUE);
    }
    var options = socketOptions(server.block("socketOptions"));
    var config =
        new ServerConfig(
            ip,
            port,
            options,
            server.integer("maxConcurrentRequests", 1, Integer.MAX_VALUE),
            maxCallDepth,
            server.flag("clearContext", false),
            protocol == Protocol.HTTP ? timestampHeader(server) : null,
            session == null ? null : session.millis("idleTimeMs", 1),
            session == null ? null : session.millis("lifeTimeMs", 1),
            forwarded,
            protocol.isHttp() ? TunnelsReader.read(server) : Tunnels.DEFAULT,
            GuardConfigReader.read(server, protocol, options),
            spoken(server, protocol),
            protocol.isHttp() ? http2(server) : Http2Settings.DEFAULT,
            tls);
    if (session != null) {
      session.end();
    }
    if (protocol.isThrift()) {
      server.flag("thriftFramed", true);
    }
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

  private static Spoken spoken(Block server, Protocol protocol) {
    if (protocol == Protocol.H2) {
      return Spoken.HTTP2;
    }
    boolean both = protocol == Protocol.HTTP && server.flag("http2", false);
    return both ? Spoken.BOTH : Spoken.HTTP1;
  }

  private static Http2Settings http2(Block server) {
    var usual = Http2Settings.DEFAULT;
    var keys = H2Keys.read(server);
    return new Http2Settings(
        keys.streamWindow(),
        keys.headerTable(),
        keys.frame(),
        keys.headerList(),
        keys.windowRatio() == null ? usual.windowRatio() : keys.windowRatio(),
        server.integer("maxConcurrentStreamsPerConnection", usual.streams(), 1, Integer.MAX_VALUE));
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
            block.integer("backlog", 1, Integer.MAX_VALUE),
            block.millis("readTimeoutMs", 1),
            block.millis("writeTimeoutMs", 1));
    block.end();
    return options;
  }
}
