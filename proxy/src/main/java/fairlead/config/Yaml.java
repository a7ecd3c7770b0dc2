package fairlead.config;

import fairlead.config.Setting.Entry;
import fairlead.config.Setting.Faulty;
import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Nothing;
import fairlead.config.Setting.Scalar;
import fairlead.config.Setting.Sequence;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a tree as YAML: where substituted values came from in comments, secrets masked. */
public final class Yaml {
  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_./$%-][A-Za-z0-9_./$%-]*");
  private static final Pattern WORD_OF_YAML =
      Pattern.compile(
          "(?i)~|null|true|false|yes|no|on|off|y|n|[-+.]?[0-9][0-9a-fx_.:e+-]*|[-.%].*|\\.(inf|nan)");
  private static final Pattern VALUE_OF_YAML = Pattern.compile("true|false|-?[0-9]+(\\.[0-9]+)?");

  private final StringBuilder out = new StringBuilder();

  private Yaml() {}

  /** The text of the tree, ended by a newline. */
  public static String show(Mapping root) {
    var yaml = new Yaml();
    yaml.entries(root, 0, false);
    return yaml.out.toString();
  }

  private void entries(Mapping mapping, int indent, boolean firstIsIndented) {
    boolean indented = firstIsIndented;
    for (Entry entry : mapping.entries()) {
      if (!indented) {
        indent(indent);
      }
      indented = false;
      out.append(quoted(entry.key())).append(':');
      value(entry.key(), entry.value(), indent);
    }
  }

  private void value(String key, Setting value, int indent) {
    switch (value) {
      case Mapping mapping when mapping.entries().isEmpty() -> out.append(" {}\n");
      case Mapping mapping -> {
        out.append('\n');
        entries(mapping, indent + 2, false);
      }
      case Sequence(var _, var items) when items.isEmpty() -> out.append(" []\n");
      case Sequence(var _, var items) -> {
        out.append('\n');
        items.forEach(item -> item(key, item, indent));
      }
      case Scalar scalar -> scalar(key, scalar, indent + 2);
      case Nothing _, Faulty _ -> out.append(" null\n");
    }
  }

  private void item(String key, Setting item, int indent) {
    indent(indent);
    out.append('-');
    if (item instanceof Mapping mapping && !mapping.entries().isEmpty()) {
      out.append(' ');
      entries(mapping, indent + 2, true);
    } else {
      value(key, item, indent + 2);
    }
  }

  private void scalar(String key, Scalar scalar, int indent) {
    String text = scalar.text();
    if (Secrets.isSecret(key, scalar)) {
      out.append(" '").append(Secrets.MASK).append('\'').append(comment(scalar, true)).append('\n');
    } else if (isBlockOfText(text)) {
      out.append(text.endsWith("\n") ? " |" : " |-").append(comment(scalar, false)).append('\n');
      for (String line : text.lines().toList()) {
        indent(line.isEmpty() ? 0 : indent);
        out.append(line).append('\n');
      }
    } else {
      boolean value = scalar.mayBeNumber() && VALUE_OF_YAML.matcher(text).matches();
      out.append(' ')
          .append(value ? text : quoted(text))
          .append(comment(scalar, false))
          .append('\n');
    }
  }

  /** Whether {@code |} can hold the text and give it back unchanged. */
  private static boolean isBlockOfText(String text) {
    return text.indexOf('\n') >= 0
        && isPrintable(text)
        && !Character.isWhitespace(text.charAt(0))
        && !text.endsWith("\n\n");
  }

  private static String comment(Scalar scalar, boolean secret) {
    List<Origin> origins = scalar.origins();
    if (origins.isEmpty()) {
      return "";
    }
    return origins.stream()
        .map(o -> o.shownReference(secret) + ": " + o.from())
        .collect(Collectors.joining("; ", " # ", ""))
        .replaceAll("\\s+", " ");
  }

  private static String quoted(String text) {
    if (BARE.matcher(text).matches() && !WORD_OF_YAML.matcher(text).matches()) {
      return text;
    }
    if (isPrintable(text) && text.indexOf('\n') < 0) {
      return "'" + text.replace("'", "''") + "'";
    }
    var json = new StringBuilder("\"");
    text.codePoints().forEach(c -> escape(c, json));
    return json.append('"').toString();
  }

  private static void escape(int c, StringBuilder json) {
    if (c == '"' || c == '\\') {
      json.append('\\').append((char) c);
    } else if (c == '\n') {
      json.append("\\n");
    } else if (Character.isISOControl(c)) {
      json.append("\\x%02x".formatted(c));
    } else {
      json.appendCodePoint(c);
    }
  }

  private static boolean isPrintable(String text) {
    return text.chars().noneMatch(c -> c != '\n' && Character.isISOControl(c));
  }

  private void indent(int columns) {
    out.append(" ".repeat(columns));
  }
}
