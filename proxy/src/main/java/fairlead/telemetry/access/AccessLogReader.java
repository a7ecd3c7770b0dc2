package fairlead.telemetry.access;

import fairlead.config.Block;
import fairlead.telemetry.access.AccessLogConfig.Form;
import fairlead.telemetry.access.AccessLogConfig.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the access logs of a router ({@code spec/config.md} §11, §12, and one of ours). */
public final class AccessLogReader {
  private AccessLogReader() {}

  /**
   * All logs that {@code router} asks for.
   *
   * @param key {@code httpAccessLog} or {@code h2AccessLog}
   */
  public static List<AccessLogConfig> read(Block router, String key, boolean h2) {
    var logs = new ArrayList<AccessLogConfig>();
    String file = router.text(key);
    var rolling = rolling(router, key, "RollPolicy", "Append", "RotateCount");
    if (file != null) {
      logs.add(log(new Target.File(file), rolling, new Form.Linkerd(h2)));
    }
    Block own = router.block("accessLog");
    if (own != null) {
      var to = target(own.requiredText("to", "write a file's path, stdout or stderr"));
      if (!(to instanceof Target.File)) {
        fileKeys(own);
      }
      var kept = rolling(own, "", "rollPolicy", "append", "rotateCount");
      logs.add(log(to, kept, new Form.Json(fields(own))));
      own.end();
    }
    return logs;
  }

  private record Rolling(RollPolicy policy, boolean append, int count) {}

  private static AccessLogConfig log(Target to, Rolling rolling, Form form) {
    return new AccessLogConfig(to, rolling.policy, rolling.append, rolling.count, form);
  }

  private static Target target(String text) {
    return switch (text) {
      case "stdout" -> new Target.StandardOutput();
      case "stderr" -> new Target.StandardError();
      default -> new Target.File(text);
    };
  }

  private static void fileKeys(Block own) {
    for (String key : List.of("rollPolicy", "append", "rotateCount")) {
      if (own.has(key)) {
        own.fault(key, "has no meaning for " + own.shown("to") + "; remove it");
      }
    }
  }

  private static Rolling rolling(
      Block block, String prefix, String policyKey, String appendKey, String countKey) {
    String key = prefix + policyKey;
    RollPolicy policy = policy(block.text(key, "never"));
    if (policy == null) {
      block.fault(
          key,
          block.shown(key)
              + " is no roll policy; use never, hourly, daily, weekly(1) to weekly(7), sighup, or"
              + " a size such as 3.megabytes");
    }
    return new Rolling(
        policy == null ? new RollPolicy.Never() : policy,
        block.flag(prefix + appendKey, true),
        count(block.integer(prefix + countKey, -1, Integer.MAX_VALUE)));
  }

  private static @Nullable RollPolicy policy(String text) {
    return RollPolicy.parse(text);
  }

  private static int count(@Nullable Integer given) {
    return given == null ? -1 : given;
  }

  private static List<LogField> fields(Block block) {
    if (!block.has("fields")) {
      return LogField.USUAL;
    }
    var fields = new ArrayList<LogField>();
    for (Block.Item item : block.list("fields")) {
      var field =
          item.in().word(item.key(), "field of an access log", LogField.BY_WORD, LogField.TIME);
      if (!fields.contains(field)) {
        fields.add(field);
      }
    }
    if (block.isEmptyList("fields")) {
      block.fault("fields", "the list is empty; write at least one field, or no key");
    }
    return fields;
  }
}
