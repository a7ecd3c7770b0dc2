package fairlead.client;

import fairlead.config.Block;
import fairlead.config.PrefixPatterns;
import fairlead.naming.PathPattern;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code verify} of a client; not of Linkerd. */
final class VerifyConfigReader {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private VerifyConfigReader() {}

  /**
   * What the block says, or null when it turns verification off.
   *
   * @param entry the block that it stands in, whose prefix has the variables
   */
  static @Nullable VerifyConfig read(Block verify, Block entry) {
    boolean enabled = verify.flag("enabled", true);
    String path = path(verify, enabled);
    String header = verify.text("header");
    String value = verify.text("value");
    check(verify, header);
    String prefix = entry.has("prefix") ? entry.text("prefix", "/") : "/";
    Set<String> variables = PathPattern.of(prefix).variables();
    PrefixPatterns.checkVariables(verify, "path", path, variables);
    PrefixPatterns.checkVariables(verify, "value", value == null ? "" : value, variables);
    var config =
        new VerifyConfig(
            path,
            verify.integer("status", 200, 200, 599),
            header,
            value == null ? "" : value,
            verify.millis("timeoutMs", TIMEOUT, 1));
    verify.end();
    return enabled ? config : null;
  }

  private static String path(Block verify, boolean enabled) {
    String mend = "write what is asked for, such as /health";
    String path = enabled ? verify.requiredText("path", mend) : verify.text("path", "/");
    if (!verify.failed("path") && verify.has("path") && !path.matches("/[!-~]*")) {
      verify.fault("path", "'" + path + "' is no path to ask for; begin it with '/', no spaces");
    }
    return path;
  }

  private static void check(Block verify, @Nullable String header) {
    if (header != null && !header.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      verify.fault(
          "header", "'" + header + "' is no name of a header; write one, such as x-service");
    }
    if (header != null && !verify.has("value")) {
      verify.missing("value", "write what 'header' must say, such as \"{service}\"");
    }
    if (header == null && verify.has("value")) {
      verify.fault("value", "needs 'header', which says it; write that, or remove this");
    }
  }
}
