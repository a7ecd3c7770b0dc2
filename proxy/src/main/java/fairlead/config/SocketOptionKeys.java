package fairlead.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code socketOptions} where most are built as defaults only ({@code spec/config.md} §7.2).
 */
public final class SocketOptionKeys {
  private SocketOptionKeys() {}

  /** Asks for each of them; {@code block} is null when there are none. */
  public static void check(@Nullable Block block) {
    if (block != null) {
      ask(block, List.of("writeTimeoutMs", "readTimeoutMs", "backlog"));
      block.end();
    }
  }

  /** Asks for each of them where reads may be limited; null for no limit. */
  public static @Nullable Duration readTimeout(Block block) {
    ask(block, List.of("writeTimeoutMs", "backlog"));
    Duration timeout = block.millis("readTimeoutMs", 1);
    block.end();
    return timeout;
  }

  private static void ask(Block block, List<String> notBuilt) {
    block.only("noDelay", block.flag("noDelay", true), true);
    block.only("reuseAddr", block.flag("reuseAddr", true), true);
    block.only("reusePort", block.flag("reusePort", false), false);
    block.flag("keepAlive");
    block.notBuilt("keepAlive");
    for (String key : notBuilt) {
      block.integer(key, 1, Integer.MAX_VALUE);
      block.notBuilt(key);
    }
  }
}
