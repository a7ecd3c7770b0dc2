package fairlead.telemetry;

import fairlead.config.Block;
import fairlead.config.Kinds;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Checks {@code telemetry} ({@code spec/config.md} §15), of which no kind is built yet. */
public final class TelemeterKeys {
  private static final Map<String, String> LEVELS =
      Arrays.stream("OFF FATAL CRITICAL ERROR WARNING INFO DEBUG TRACE ALL".split(" ", -1))
          .collect(Collectors.toMap(Function.identity(), Function.identity()));

  private static final Kinds<Boolean> KINDS =
      Kinds.<Boolean>of("telemeter")
          .notBuilt(
              "io.l5d.prometheus",
              b -> {
                b.text("path");
                b.text("prefix");
              })
          .notBuilt("io.l5d.influxdb", _ -> {})
          .notBuilt("io.l5d.statsd", TelemeterKeys::statsd)
          .notBuilt(
              "io.l5d.tracelog",
              b -> {
                b.number("sampleRate", 1, 0, 1);
                level(b);
              })
          .notBuilt(
              "io.l5d.recentRequests",
              b -> {
                if (!b.has("sampleRate")) {
                  b.missing("sampleRate", "write a share from 0.0 to 1.0");
                }
                b.number("sampleRate", 1, 0, 1);
                b.integer("capacity", 1, Integer.MAX_VALUE);
              })
          .notBuilt(
              "io.l5d.zipkin",
              b -> {
                b.text("host");
                b.port("port", 9410);
                b.number("sampleRate", 0.001, 0, 1);
              })
          .experimental("io.l5d.statsd");

  private TelemeterKeys() {}

  /** Checks every entry of {@code telemetry}. */
  public static void check(Block root) {
    root.blocks("telemetry").forEach(KINDS::read);
  }

  private static void statsd(Block block) {
    block.text("prefix");
    block.text("hostname");
    block.port("port", 8125);
    block.integer("gaugeIntervalMs", 1, Integer.MAX_VALUE);
    block.number("sampleRate", 0.01, 0, 1);
  }

  private static void level(Block block) {
    String level = block.text("level", "INFO");
    if (!LEVELS.containsKey(level.toUpperCase(java.util.Locale.ROOT))) {
      block.word("level", "log level", LEVELS, "INFO");
    }
  }
}
