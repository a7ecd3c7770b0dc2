package fairlead.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import fairlead.config.Setting.Entry;
import fairlead.config.Setting.Faulty;
import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Nothing;
import fairlead.config.Setting.Scalar;
import fairlead.config.Setting.Sequence;
import fairlead.config.Setting.Style;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads one YAML or JSON document into a tree that knows its places ({@code spec/config.md} §1).
 */
public final class SettingReader {
  private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

  private final String file;
  private final SourceLines lines;
  private final JsonParser parser;
  private final boolean yaml;
  private final Problems problems = new Problems();

  private SettingReader(String file, String text, JsonParser parser, boolean yaml) {
    this.file = file;
    this.lines = new SourceLines(text);
    this.parser = parser;
    this.yaml = yaml;
  }

  /** The tree of {@code source}, or null when it is no document at all; the faults say why. */
  public static @Nullable Mapping read(ConfigText source, Problems problems) {
    String text = source.decode(problems);
    if (text == null) {
      return null;
    }
    var start = new Position(source.file(), 1, 1);
    if (text.isBlank()) {
      problems.add(start, "", "the file is empty; a configuration has at least one router");
      return null;
    }
    Parsed parsed = parse(source.file(), text);
    parsed.problems.sorted().forEach(problems::add);
    return switch (parsed.root) {
      case Mapping mapping -> mapping;
      case Sequence(var at, var _) -> refused(problems, at, "a list");
      case Scalar scalar -> refused(problems, scalar.at(), "a single value");
      case Nothing(var at) -> refused(problems, at, "empty");
      case Faulty _ -> null;
    };
  }

  private static @Nullable Mapping refused(Problems problems, Position at, String what) {
    problems.add(at, "", "the document is " + what + "; write a block of keys, such as routers:");
    return null;
  }

  private record Parsed(Setting root, Problems problems) {}

  /** Text that begins with a brace is JSON, unless it is only good as YAML. */
  private static Parsed parse(String file, String text) {
    if (!text.stripLeading().startsWith("{")) {
      return parse(file, text, true);
    }
    Parsed json = parse(file, text, false);
    if (!(json.root instanceof Faulty)) {
      return json;
    }
    Parsed flow = parse(file, text, true);
    boolean flowIsBetter =
        !(flow.root instanceof Faulty) || flow.root.at().compareTo(json.root.at()) > 0;
    return flowIsBetter ? flow : json;
  }

  private static Parsed parse(String file, String text, boolean yaml) {
    JsonFactory factory = yaml ? new YAMLFactory() : new JsonFactory();
    try (JsonParser parser = factory.createParser(text)) {
      return new SettingReader(file, text, parser, yaml).document();
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private Parsed document() throws IOException {
    try {
      JsonToken first = parser.nextToken();
      Setting root = first == null ? new Nothing(new Position(file, 1, 1)) : value("", first);
      if (parser.nextToken() != null) {
        problems.add(here(), "", "a second document begins here; a configuration is one document");
      }
      return new Parsed(root, problems);
    } catch (JsonProcessingException e) {
      Position at = placeOf(e);
      String kind = yaml ? "not valid YAML: " : "not valid JSON: ";
      problems.add(at, "", kind + SyntaxFaults.inWords(e));
      return new Parsed(new Faulty(at), problems);
    }
  }

  private Setting value(String path, JsonToken token) throws IOException {
    if (yaml && isRefusedYaml(path)) {
      parser.skipChildren();
      return new Faulty(here());
    }
    return switch (token) {
      case START_OBJECT -> mapping(path);
      case START_ARRAY -> sequence(path);
      default -> scalar();
    };
  }

  private Mapping mapping(String path) throws IOException {
    Position at = here();
    var entries = new ArrayList<Entry>();
    Map<String, Position> seen = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Position keyAt = here();
      String key = parser.currentName();
      String keyPath = path.isEmpty() ? key : path + "." + key;
      Setting value = value(keyPath, parser.nextToken());
      Position first = seen.putIfAbsent(key, keyAt);
      if (first == null) {
        entries.add(new Entry(keyAt, key, value));
      } else {
        problems.add(keyAt, keyPath, "stands here a second time, first at " + first + "; keep one");
      }
    }
    return new Mapping(at, entries);
  }

  private Sequence sequence(String path) throws IOException {
    Position at = here();
    List<Setting> items = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      items.add(value(path + "[" + items.size() + "]", t));
    }
    return new Sequence(at, items);
  }

  private Setting scalar() throws IOException {
    Position at = here();
    String text = parser.getText();
    Style style = yaml ? lines.styleAt(at) : jsonStyle();
    if (style == Style.LITERAL) {
      return new Scalar(at, text, style, lines.indentBelow(at), List.of());
    }
    boolean oneLine = positionOf(parser.currentLocation()).line() == at.line();
    boolean nothing = style == Style.PLAIN && (!yaml || NULLS.contains(text));
    if (parser.currentToken() == JsonToken.VALUE_NULL && (nothing || text == null)) {
      return new Nothing(at);
    }
    return new Scalar(at, text, oneLine || !yaml ? style : Style.FOLDED, 0, List.of());
  }

  private Style jsonStyle() {
    return parser.currentToken() == JsonToken.VALUE_STRING ? Style.QUOTED : Style.PLAIN;
  }

  private boolean isRefusedYaml(String path) throws IOException {
    var yamlParser = (YAMLParser) parser;
    if (yamlParser.isCurrentAlias()) {
      problems.add(here(), path, "an alias (*name) is not supported; repeat the value");
    } else if (yamlParser.getObjectId() != null) {
      problems.add(here(), path, "an anchor (&name) is not supported; remove it");
    } else if (yamlParser.getTypeId() != null) {
      problems.add(here(), path, "a tag (!name) is not supported; remove it, or put it in quotes");
    } else {
      return false;
    }
    return true;
  }

  /** Jackson tells where it was, the YAML parser below it where the fault is. */
  private Position placeOf(JsonProcessingException e) {
    Mark mark = e.getCause() instanceof MarkedYAMLException marked ? marked.getProblemMark() : null;
    return mark == null
        ? positionOf(e.getLocation())
        : new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private Position here() {
    return positionOf(parser.currentTokenLocation());
  }

  private Position positionOf(@Nullable JsonLocation location) {
    if (location == null) {
      return new Position(file, 1, 1);
    }
    return new Position(
        file, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }
}
