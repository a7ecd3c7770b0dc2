package fairlead.routing;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.config.Protocol;
import java.util.Map;

/**
 * Checks what routers of one protocol have beside the common keys ({@code spec/config.md} §11–13).
 */
final class ProtocolKeys {
  private ProtocolKeys() {}

  static void check(Block router, Protocol protocol) {
    switch (protocol) {
      case HTTP, H2 -> tracePropagator(router);
      case THRIFT, THRIFTMUX -> {
        router.flag("thriftMethodInDst", false);
        router.word(
            "thriftProtocol", "thrift protocol", Map.of("binary", true, "compact", true), true);
      }
      case MUX -> {}
    }
  }

  private static void tracePropagator(Block router) {
    Block block = router.block("tracePropagator");
    if (block != null) {
      Kinds.<Boolean>of("trace propagator")
          .built("io.l5d.default", _ -> true)
          .notBuilt("io.l5d.zipkin", _ -> {})
          .read(block);
    }
  }
}
