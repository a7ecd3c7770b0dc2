package fairlead.routing;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.config.Protocol;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Checks what routers of one protocol have beside the common keys ({@code spec/config.md} §11–13).
 */
final class ProtocolKeys {
  private static final Pattern ROLL_POLICY =
      Pattern.compile(
          "(?i)never|hourly|daily|sighup|weekly\\([1-7]\\)"
              + "|[0-9]+\\.(bytes?|(kilo|mega|giga|tera|peta|exa)bytes?)");

  private ProtocolKeys() {}

  static void check(Block router, Protocol protocol) {
    switch (protocol) {
      case HTTP -> {
        http(router);
        accessLog(router, "httpAccessLog");
      }
      case H2 -> {
        tracePropagator(router);
        accessLog(router, "h2AccessLog");
      }
      case THRIFT, THRIFTMUX -> {
        router.flag("thriftMethodInDst", false);
        router.word(
            "thriftProtocol", "thrift protocol", Map.of("binary", true, "compact", true), true);
      }
      case MUX -> {}
    }
  }

  private static void http(Block router) {
    tracePropagator(router);
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

  private static void accessLog(Block router, String key) {
    router.text(key);
    String policy = router.text(key + "RollPolicy", "never");
    if (!ROLL_POLICY.matcher(policy).matches()) {
      router.fault(
          key + "RollPolicy",
          router.shown(key + "RollPolicy")
              + " is no roll policy; use never, hourly, daily, weekly(1) to weekly(7), sighup, or"
              + " a size such as 3.megabytes");
    }
    router.flag(key + "Append", true);
    router.integer(key + "RotateCount", -1, Integer.MAX_VALUE);
    router.notBuilt(key);
  }
}
