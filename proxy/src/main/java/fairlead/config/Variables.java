package fairlead.config;

import fairlead.config.Setting.Entry;
import fairlead.config.Setting.Faulty;
import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Nothing;
import fairlead.config.Setting.Scalar;
import fairlead.config.Setting.Sequence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Replaces {@code $NAME}, {@code ${…}} and {@code $$} in the scalars of a tree (docs/config/
 * variables.md). The tree's shape never changes: a value is put in after parsing.
 */
public final class Variables {
  /** Looks up the part after the colon of {@code ${ec2:…}} and its like. May block. */
  @FunctionalInterface
  public interface Source {
    /** The value, never null. */
    String value(String argument) throws LookupException;
  }

  private final Map<String, String> environment;
  private final Map<String, Source> sources;

  /**
   * @param sources by the word before the colon; {@code file} is built in
   */
  public Variables(Map<String, String> environment, Map<String, Source> sources) {
    this.environment = Map.copyOf(environment);
    this.sources = new java.util.HashMap<>(sources);
    this.sources.put("file", Variables::contents);
  }

  /** The environment that {@code $NAME} is looked up in. */
  public Map<String, String> environment() {
    return environment;
  }

  /** The same tree with every variable replaced; faults name the variable and its place. */
  public Mapping expand(Mapping root, Problems problems) {
    return mapping(root, "", problems);
  }

  private Mapping mapping(Mapping mapping, String path, Problems problems) {
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : mapping.entries()) {
      String keyPath = path.isEmpty() ? entry.key() : path + "." + entry.key();
      entries.add(new Entry(entry.at(), entry.key(), expand(entry.value(), keyPath, problems)));
    }
    return new Mapping(mapping.at(), entries);
  }

  private Setting expand(Setting setting, String path, Problems problems) {
    return switch (setting) {
      case Mapping mapping -> mapping(mapping, path, problems);
      case Sequence(var at, var items) -> {
        List<Setting> expanded = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
          expanded.add(expand(items.get(i), path + "[" + i + "]", problems));
        }
        yield new Sequence(at, expanded);
      }
      case Scalar scalar -> scalar(scalar, path, problems);
      case Nothing nothing -> nothing;
      case Faulty faulty -> faulty;
    };
  }

  private Setting scalar(Scalar scalar, String path, Problems problems) {
    if (scalar.text().indexOf('$') < 0) {
      return scalar;
    }
    var expansion = new Expansion(scalar.text(), environment, sources);
    try {
      String text = expansion.run();
      return new Scalar(scalar.at(), text, scalar.style(), scalar.indent(), expansion.origins());
    } catch (LookupException e) {
      Position at = scalar.place(expansion.start());
      problems.add(new Problem(at, path, String.valueOf(e.getMessage()), e.details()));
      return new Faulty(scalar.at());
    }
  }

  private static String contents(String path) throws LookupException {
    try {
      String text = Files.readString(Path.of(path), StandardCharsets.UTF_8);
      return text.endsWith("\r\n")
          ? text.substring(0, text.length() - 2)
          : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    } catch (IOException | InvalidPathException e) {
      String why =
          e instanceof java.nio.file.NoSuchFileException ? "is not there" : "is unreadable";
      throw new LookupException(
          "file '" + path + "' " + why + "; create it readable for this user, or name another");
    }
  }
}
