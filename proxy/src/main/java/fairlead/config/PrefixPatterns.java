package fairlead.config;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks prefix patterns ({@code spec/config.md} §8.2). */
public final class PrefixPatterns {
  private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)\\}");

  private PrefixPatterns() {}

  /** Notes a pattern that could never match. */
  public static void check(Block block, String key, String pattern) {
    Matcher braces = BRACES.matcher(pattern);
    while (braces.find()) {
      if (!braces.group(1).matches("[a-zA-Z0-9:-_]+")) {
        block.fault(
            key,
            "'" + braces.group() + "' is no variable; use letters, digits and _ inside the braces");
      }
    }
  }

  /** Notes variables in {@code text} that are not among those of its prefix. */
  public static void checkVariables(Block block, String key, String text, Set<String> known) {
    Matcher braces = BRACES.matcher(text);
    while (braces.find()) {
      if (!known.contains(braces.group(1))) {
        block.fault(
            key,
            "'"
                + braces.group()
                + "' is no variable of the prefix; "
                + (known.isEmpty() ? "write a prefix with it" : "use " + Words.list(known)));
      }
    }
  }
}
