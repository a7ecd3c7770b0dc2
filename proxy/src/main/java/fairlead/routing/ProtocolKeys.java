package fairlead.routing;

import fairlead.config.Block;
import fairlead.config.Protocol;
import java.util.Map;

/**
 * Checks what routers of one protocol have beside the common keys ({@code spec/config.md} §11–13).
 */
final class ProtocolKeys {
  private ProtocolKeys() {}

  static void check(Block router, Protocol protocol) {
    switch (protocol) {
      case THRIFT, THRIFTMUX -> {
        router.flag("thriftMethodInDst", false);
        router.word(
            "thriftProtocol", "thrift protocol", Map.of("binary", true, "compact", true), true);
      }
      case HTTP, H2, MUX -> {}
    }
  }
}
