package fairlead.config;

import fairlead.config.Setting.Faulty;
import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Nothing;
import fairlead.config.Setting.Scalar;
import fairlead.config.Setting.Sequence;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import fairlead.naming.NameSyntaxException;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The scalar types of {@code spec/config.md} §2: a value, or a fault and null. */
final class Scalars {
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,18}");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]{1,3})?");
  private static final int MAX_PORT = 65535;

  private Scalars() {}

  static @Nullable Boolean flag(Block in, String key, Scalar scalar) {
    return switch (scalar.text()) {
      case "true", "True", "TRUE" -> Boolean.TRUE;
      case "false", "False", "FALSE" -> Boolean.FALSE;
      default -> {
        in.fault(key, shown(key, scalar) + " is neither true nor false; write one of them");
        yield null;
      }
    };
  }

  static @Nullable Integer integer(Block in, String key, Scalar scalar, int least, int most) {
    String range =
        most == Integer.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
    if (!INTEGER.matcher(scalar.text()).matches()) {
      in.fault(key, shown(key, scalar) + " is not a whole number; use one " + range);
    } else if (!scalar.mayBeNumber()) {
      in.fault(key, shown(key, scalar) + " is a text, not a number; remove the quotes");
    } else {
      long number = Long.parseLong(scalar.text());
      if (number >= least && number <= most) {
        return (int) number;
      }
      in.fault(key, bare(key, scalar) + " is out of range; use a whole number " + range);
    }
    return null;
  }

  static @Nullable Double number(Block in, String key, Scalar scalar, double least, double most) {
    String range =
        most == Double.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
    if (!NUMBER.matcher(scalar.text()).matches()) {
      in.fault(key, shown(key, scalar) + " is not a number; use one " + range);
    } else if (!scalar.mayBeNumber()) {
      in.fault(key, shown(key, scalar) + " is a text, not a number; remove the quotes");
    } else {
      double number = Double.parseDouble(scalar.text());
      if (number >= least && number <= most) {
        return number;
      }
      in.fault(key, bare(key, scalar) + " is out of range; use a number " + range);
    }
    return null;
  }

  static @Nullable Integer port(Block in, String key, Scalar scalar) {
    boolean number = INTEGER.matcher(scalar.text()).matches();
    if (number && !scalar.mayBeNumber()) {
      in.fault(key, shown(key, scalar) + " is a text, not a port; remove the quotes");
      return null;
    }
    long port = number ? Long.parseLong(scalar.text()) : -1;
    if (port >= 0 && port <= MAX_PORT) {
      return (int) port;
    }
    in.fault(
        key,
        (number ? bare(key, scalar) : shown(key, scalar)) + " is not a port; use 0 to " + MAX_PORT);
    return null;
  }

  static @Nullable InetAddress ip(Block in, String key, Scalar scalar) {
    InetAddress address = IpLiteral.parse(scalar.text());
    if (address == null) {
      in.fault(
          key, shown(key, scalar) + " is not an IP address; write one, such as 127.0.0.1 or ::1");
    }
    return address;
  }

  static @Nullable Path path(Block in, String key, Scalar scalar) {
    try {
      return Paths.parse(scalar.text());
    } catch (NameSyntaxException e) {
      in.faultAt(
          scalar.place(e.offset()), key, "not a path: " + brief(e, scalar) + "; write /like/this");
      return null;
    }
  }

  static Dtab dtab(Block in, String key, Scalar scalar) {
    try {
      return Dtabs.parse(scalar.text());
    } catch (NameSyntaxException e) {
      in.faultAt(
          scalar.place(e.offset()),
          key,
          "not a dtab: " + brief(e, scalar) + "; write /prefix => /destination ; for each rule");
      return Dtab.EMPTY;
    }
  }

  /** The parser's message with only the line at fault in it. */
  private static String brief(NameSyntaxException e, Scalar scalar) {
    String message = String.valueOf(e.getMessage());
    String said =
        (message.contains(" at '") ? message.substring(0, message.indexOf(" at '")) : message)
            .replaceAll("\\s+", " ");
    String text = scalar.text();
    if (Secrets.isSecret("", scalar)) {
      return "its text, which is not shown, has a fault at character " + (e.offset() + 1);
    }
    int offset = Math.min(e.offset(), text.length());
    int from = text.lastIndexOf('\n', offset - 1) + 1;
    int newline = text.indexOf('\n', offset);
    int to = newline < 0 ? text.length() : newline;
    String found = offset < text.length() ? text.substring(offset, offset + 1).strip() : "";
    String rest = offset < to ? text.substring(offset + 1, to) : "";
    String line = text.substring(from, offset) + "[" + found + "]" + rest;
    return said + " at '" + line.strip() + "'";
  }

  static <T> @Nullable T word(
      Block in, String key, Scalar scalar, String what, Map<String, T> words) {
    T value = words.get(scalar.text());
    if (value == null) {
      in.fault(
          key,
          shown(key, scalar)
              + " is not a "
              + what
              + "; "
              + oneOf(scalar.text(), new TreeSet<>(words.keySet())));
    }
    return value;
  }

  /** {@code did you mean 'x'?}, or the whole choice. */
  static String oneOf(String word, java.util.Collection<String> words) {
    String near = Words.nearest(word, words);
    return near != null ? "did you mean '" + near + "'?" : "use " + Words.list(words);
  }

  static java.nio.file.@Nullable Path file(Block in, String key, Scalar scalar) {
    java.nio.file.Path path = path(scalar.text());
    if (path != null && Files.isRegularFile(path)) {
      return path;
    }
    in.fault(key, shown(key, scalar) + " is not an existing file; create it, or name another");
    return null;
  }

  static java.nio.file.@Nullable Path directory(Block in, String key, Scalar scalar) {
    java.nio.file.Path path = path(scalar.text());
    if (path != null && Files.isDirectory(path)) {
      return path;
    }
    in.fault(key, shown(key, scalar) + " is not an existing directory; create it, or name another");
    return null;
  }

  private static java.nio.file.@Nullable Path path(String text) {
    try {
      return java.nio.file.Path.of(text);
    } catch (InvalidPathException _) {
      return null;
    }
  }

  static String describe(String key, Setting value) {
    return switch (value) {
      case Mapping _ -> "a block of keys";
      case Sequence _ -> "a list";
      case Nothing _ -> "nothing";
      case Faulty _ -> "a fault";
      case Scalar scalar -> shown(key, scalar);
    };
  }

  private static String shown(String key, Scalar scalar) {
    return Secrets.shown(key, scalar);
  }

  private static String bare(String key, Scalar scalar) {
    return Secrets.isSecret(key, scalar) ? Secrets.MASK : scalar.text();
  }
}
