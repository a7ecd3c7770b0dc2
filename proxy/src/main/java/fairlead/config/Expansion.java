package fairlead.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One run over one text, left to right. Mutable; one thread. */
final class Expansion {
  private final String text;
  private final Map<String, String> environment;
  private final Map<String, Variables.Source> sources;
  private final List<Origin> origins = new ArrayList<>();
  private final StringBuilder out = new StringBuilder();
  private int start;

  Expansion(String text, Map<String, String> environment, Map<String, Variables.Source> sources) {
    this.text = text;
    this.environment = environment;
    this.sources = sources;
  }

  List<Origin> origins() {
    return origins;
  }

  /** Where the variable that was looked at last begins in the text. */
  int start() {
    return start;
  }

  String run() throws LookupException {
    int at = 0;
    for (int dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
      out.append(text, at, dollar);
      start = dollar;
      at = one(dollar);
    }
    return out.append(text, at, text.length()).toString();
  }

  /** Replaces what begins with the dollar sign there; returns where to go on. */
  private int one(int dollar) throws LookupException {
    char next = dollar + 1 < text.length() ? text.charAt(dollar + 1) : ' ';
    if (next == '$') {
      out.append('$');
      return dollar + 2;
    }
    if (next == '{') {
      int end = closing(dollar + 2);
      braces(text.substring(dollar + 2, end), text.substring(dollar, end + 1));
      return end + 1;
    }
    if (!isNameStart(next)) {
      out.append('$');
      return dollar + 1;
    }
    int end = nameEnd(text, dollar + 1);
    variable(text.substring(dollar + 1, end), text.substring(dollar, end));
    return end;
  }

  private int closing(int from) throws LookupException {
    int depth = 1;
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '}' && --depth == 0) {
        return i;
      }
      if (text.startsWith("${", i)) {
        depth++;
      }
    }
    throw new LookupException("'${' is never closed; add '}', or write $$ for a dollar sign");
  }

  private void braces(String inside, String reference) throws LookupException {
    int end = inside.isEmpty() || !isNameStart(inside.charAt(0)) ? 0 : nameEnd(inside, 0);
    String name = inside.substring(0, end);
    String rest = inside.substring(end);
    if (name.isEmpty()) {
      throw new LookupException(
          "'${' is followed by no name; write ${NAME}, or $$ for a dollar sign");
    } else if (rest.isEmpty()) {
      variable(name, reference);
    } else if (rest.startsWith(":-")) {
      orElse(name, rest.substring(2), reference);
    } else if (rest.startsWith(":?")) {
      orFail(name, rest.substring(2), reference);
    } else if (rest.startsWith(":")) {
      source(name, rest.substring(1), reference);
    } else {
      throw new LookupException(
          "'${%s%s' is no form of variable; write ${%s}, ${%s:-word} or ${%s:?message}"
              .formatted(name, rest.substring(0, 1), name, name, name));
    }
  }

  private void variable(String name, String reference) throws LookupException {
    String value = environment.get(name);
    if (value == null) {
      throw new LookupException(
          "environment variable " + name + " is not set; set it, or write ${" + name + ":-word}");
    }
    put(value, new Origin(reference, "environment variable " + name, ""));
  }

  private void orElse(String name, String word, String reference) throws LookupException {
    String value = nonEmpty(name);
    if (value != null) {
      put(value, new Origin(reference, "environment variable " + name, ""));
      return;
    }
    var inner = new Expansion(word, environment, sources);
    put(
        inner.run(),
        new Origin(reference, "default, as environment variable " + name + " is not set", ""));
    origins.addAll(inner.origins);
  }

  private void orFail(String name, String message, String reference) throws LookupException {
    String value = nonEmpty(name);
    if (value == null) {
      throw new LookupException("environment variable " + name + " is not set: " + message);
    }
    put(value, new Origin(reference, "environment variable " + name, ""));
  }

  private void source(String name, String argument, String reference) throws LookupException {
    Variables.Source source = sources.get(name);
    if (source == null) {
      throw new LookupException(
          "'%s' is no source; use %s, or write ${%s:-word} for a default"
              .formatted(name, Words.list(new TreeSet<>(sources.keySet())), name));
    }
    String inner = new Expansion(argument, environment, sources).run();
    boolean file = name.equals("file");
    put(source.value(inner), new Origin(reference, whence(name, inner), file ? inner : ""));
  }

  private static String whence(String name, String argument) {
    return switch (name) {
      case "file" -> "file " + argument;
      case "ec2" -> "EC2 instance metadata " + argument;
      case "ecs" -> "ECS metadata " + argument;
      case "host" -> "this host's " + argument;
      default -> name + " " + argument;
    };
  }

  private void put(String value, Origin origin) {
    out.append(value);
    origins.add(origin);
  }

  private @Nullable String nonEmpty(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private static boolean isNameStart(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  }

  private static int nameEnd(String text, int from) {
    int end = from;
    while (end < text.length()
        && (isNameStart(text.charAt(end))
            || (text.charAt(end) >= '0' && text.charAt(end) <= '9'))) {
      end++;
    }
    return end;
  }
}
