package fairlead.config;

import java.util.List;

/**
 * One fault of a configuration. Immutable.
 *
 * @param key where in the tree ({@code routers[0].servers[0].port}); empty for the whole file
 * @param text what is wrong; how to mend it
 * @param details further lines below the first, for what needs a list
 */
public record Problem(Position at, String key, String text, List<String> details) {
  public Problem {
    details = List.copyOf(details);
  }

  /** {@code file:line:column: key: what; how to mend}, with the details indented below. */
  public String show() {
    var line = new StringBuilder().append(at).append(": ");
    if (!key.isEmpty()) {
      line.append(key).append(": ");
    }
    line.append(text);
    for (String detail : details) {
      line.append("\n  ").append(detail);
    }
    return line.toString();
  }
}
