package fairlead.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks {@code socketOptions} where only the defaults are built ({@code spec/config.md} §7.2). */
public final class SocketOptionKeys {
  private SocketOptionKeys() {}

  /** Asks for each of them; {@code block} is null when there are none. */
  public static void check(@Nullable Block block) {
    if (block == null) {
      return;
    }
    block.only("noDelay", block.flag("noDelay", true), true);
    block.only("reuseAddr", block.flag("reuseAddr", true), true);
    block.only("reusePort", block.flag("reusePort", false), false);
    block.flag("keepAlive");
    block.notBuilt("keepAlive");
    for (String key : List.of("writeTimeoutMs", "readTimeoutMs", "backlog")) {
      block.integer(key, 1, Integer.MAX_VALUE);
      block.notBuilt(key);
    }
    block.end();
  }
}
