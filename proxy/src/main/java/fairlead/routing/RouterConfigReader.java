package fairlead.routing;

import fairlead.client.ClientConfigReader;
import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.config.Protocol;
import fairlead.config.Surroundings;
import fairlead.interpreter.InterpreterConfigReader;
import fairlead.naming.Path;
import fairlead.routing.RouterConfig.BindingCache;
import fairlead.routing.identify.IdentifierConfigReader;
import fairlead.server.ServerConfig;
import fairlead.server.ServerConfigReader;
import fairlead.telemetry.access.AccessLogConfig;
import fairlead.telemetry.access.AccessLogReader;
import fairlead.telemetry.trace.Propagation;
import fairlead.telemetry.trace.PropagationReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code routers} ({@code spec/config.md} §6, §11–13). */
public final class RouterConfigReader {
  private static final int KIB = 1024;
  private static final int MAX_KIB = Integer.MAX_VALUE / KIB;
  private static final Duration DEFAULT_BINDING_TIMEOUT = Duration.ofSeconds(10);

  private RouterConfigReader() {}

  /** The router that {@code block} says, or null when its protocol is none that is built. */
  public static @Nullable RouterConfig read(Block block, Surroundings around) {
    Kinds<RouterConfig> protocols =
        Kinds.<RouterConfig>of("protocol", "protocol")
            .built("http", b -> router(b, Protocol.HTTP, around))
            .built("h2", b -> router(b, Protocol.H2, around));
    for (Protocol protocol : List.of(Protocol.THRIFT, Protocol.MUX, Protocol.THRIFTMUX)) {
      protocols.notBuilt(protocol.word(), b -> router(b, protocol, around));
    }
    return protocols.experimental("thriftmux").unknown(b -> ofNoProtocol(b, around)).read(block);
  }

  /** Checks what routers of every protocol have: those of mux have nothing else. */
  private static void ofNoProtocol(Block block, Surroundings around) {
    var _ = router(block, Protocol.MUX, around);
  }

  private static RouterConfig router(Block block, Protocol protocol, Surroundings around) {
    String label = block.text("label", block.acceptsAnyKey() ? block.path() : protocol.word());
    String claimKey = block.has("label") ? "label" : "protocol";
    around.claims().label(label, block.at(claimKey), block.pathOf(claimKey));
    ServiceConfigs services = ServiceConfigReader.read(block.block("service"), protocol);
    AnnouncerKeys.check(block);
    int errorKiB = 5120;
    int initialLineKiB = 4;
    int headersKiB = 8;
    int keptKiB = 5;
    long maxBodyBytes = Long.MAX_VALUE;
    int compressionLevel = -1;
    if (protocol == Protocol.HTTP) {
      initialLineKiB = block.integer("maxInitialLineKB", initialLineKiB, 1, MAX_KIB);
      headersKiB = block.integer("maxHeadersKB", headersKiB, 1, MAX_KIB);
      errorKiB = block.integer("maxErrResponseKB", errorKiB, 0, MAX_KIB);
      keptKiB = block.integer("streamAfterContentLengthKB", keptKiB, 0, MAX_KIB);
      maxBodyBytes = maxBodyBytes(block);
      compressionLevel = block.integer("compressionLevel", compressionLevel, -1, 9);
    }
    ProtocolKeys.check(block, protocol);
    return new RouterConfig(
        label,
        servers(block, protocol, label, around),
        block.dtab("dtab"),
        block.path("dstPrefix", Path.of("svc")),
        IdentifierConfigReader.read(block, protocol),
        InterpreterConfigReader.read(block.block("interpreter"), around),
        block.millis("bindingTimeoutMs", DEFAULT_BINDING_TIMEOUT, 1),
        bindingCache(block.block("bindingCache")),
        block.flag("originator", false),
        initialLineKiB * KIB,
        headersKiB * KIB,
        errorKiB * KIB,
        keptKiB * KIB,
        maxBodyBytes,
        compressionLevel,
        accessLogs(block, protocol),
        propagation(block, protocol),
        services,
        ClientConfigReader.read(block.block("client"), protocol));
  }

  /**
   * What Linkerd could hold of a body ({@code spec/http.md} §2.1), where it was told to hold all.
   */
  private static long maxBodyBytes(Block router) {
    if (router.flag("streamingEnabled", true)) {
      return Long.MAX_VALUE;
    }
    if (router.has("streamAfterContentLengthKB")) {
      router.fault(
          "streamAfterContentLengthKB",
          "cannot stand beside 'streamingEnabled: false' at "
              + router.at("streamingEnabled")
              + "; remove one of them");
    }
    return Integer.MAX_VALUE;
  }

  private static Propagation propagation(Block router, Protocol protocol) {
    return switch (protocol) {
      case HTTP, H2 -> PropagationReader.read(router.block("tracePropagator"));
      case THRIFT, MUX, THRIFTMUX -> Propagation.DEFAULT;
    };
  }

  private static List<AccessLogConfig> accessLogs(Block router, Protocol protocol) {
    return switch (protocol) {
      case HTTP -> AccessLogReader.read(router, "httpAccessLog", false);
      case H2 -> AccessLogReader.read(router, "h2AccessLog", true);
      case THRIFT, MUX, THRIFTMUX -> List.of();
    };
  }

  private static List<ServerConfig> servers(
      Block router, Protocol protocol, String label, Surroundings around) {
    List<ServerConfig> servers = new ArrayList<>();
    for (Block server : router.blocks("servers")) {
      servers.add(ServerConfigReader.read(server, protocol, label, around.claims()));
    }
    if (!router.has("servers")) {
      router.missing("servers", "write at least one, such as [{port: 4140}]");
    } else if (router.isEmptyList("servers")) {
      router.fault("servers", "the list is empty; write at least one, such as [{port: 4140}]");
    }
    return servers;
  }

  private static BindingCache bindingCache(@Nullable Block block) {
    BindingCache usual = BindingCache.DEFAULT;
    if (block == null) {
      return usual;
    }
    var cache =
        new BindingCache(
            block.integer("paths", usual.paths(), 1, Integer.MAX_VALUE),
            block.integer("trees", usual.trees(), 1, Integer.MAX_VALUE),
            block.integer("bounds", usual.bounds(), 1, Integer.MAX_VALUE),
            block.integer("clients", usual.clients(), 1, Integer.MAX_VALUE),
            block.seconds("idleTtlSecs", usual.idleTtl(), 1, Integer.MAX_VALUE));
    block.end();
    return cache;
  }
}
