package fairlead.config;

import fairlead.config.Setting.Entry;
import fairlead.config.Setting.Faulty;
import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Nothing;
import fairlead.config.Setting.Scalar;
import fairlead.config.Setting.Sequence;
import fairlead.naming.Dtab;
import fairlead.naming.Path;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one mapping key by key, typed. A fault is noted and a stand-in returned, so that one run
 * finds all of them; what was read counts only when there was none. Keys nobody asked for are
 * faults at {@link #end}. {@code null} is absence. Mutable; one thread.
 */
public final class Block {
  /** What stands for a name that could not be read. */
  private static final String NO_TEXT = "";

  private static final int LISTED_KEYS = 12;
  private static final int MAX_PORT = 65_535;

  private final Position at;
  private final String path;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();
  private final Problems problems;
  private final Set<String> failed = new HashSet<>();
  private boolean anyKey;

  /** Not null when this block is not there, and only what is asked of it counts. */
  private final @Nullable Description description;

  /** What {@link #has} says then. */
  private final boolean assumed;

  /** What {@link #flag} says then. */
  private final boolean flagged;

  /**
   * @param path of this block in the tree; empty for the whole file
   */
  public Block(Mapping mapping, String path, Problems problems) {
    this(mapping.at(), path, problems);
    mapping.entries().forEach(e -> entries.put(e.key(), e));
  }

  private Block(Position at, String path, Problems problems) {
    this(at, path, problems, null, false, false);
  }

  private Block(
      Position at,
      String path,
      Problems problems,
      @Nullable Description description,
      boolean assumed,
      boolean flagged) {
    this.at = at;
    this.path = path;
    this.problems = problems;
    this.description = description;
    this.assumed = assumed;
    this.flagged = flagged;
  }

  /**
   * A block that is not there: its reader's questions are noted in {@code description}, and get
   * what stands for absence; every inner block and every list has one such item. No fault is noted.
   *
   * @param assumed whether every key is said to be there
   * @param flagged whether every flag is said to be set
   */
  public static Block describing(Description description, boolean assumed, boolean flagged) {
    return new Block(new Position("", 1, 1), "", new Problems(), description, assumed, flagged);
  }

  private Block describing(Description inner) {
    return new Block(at, path, problems, inner, assumed, flagged);
  }

  /** What is asked for here, when this block is {@link #describing}; else null. */
  @Nullable Description description() {
    return description;
  }

  private void note(String key, Description.Shape type, @Nullable Object fallback) {
    if (description != null) {
      description.note(key, type, fallback);
    }
  }

  private void require(String key) {
    if (description != null) {
      description.require(key, flagged);
    }
  }

  private void noteWhole(
      String key, @Nullable Object fallback, long least, long most, String unit) {
    note(key, new Description.Shape.Whole(least, most, unit), fallback);
  }

  /** A block as if it stood there without any key. */
  public static Block empty(Position at, String path, Problems problems) {
    return new Block(at, path, problems);
  }

  public Position at() {
    return at;
  }

  /** The place of the value of {@code key}, or of this block when it is absent. */
  public Position at(String key) {
    Entry entry = entries.get(key);
    return entry == null ? at : entry.value().at();
  }

  /** This block's place in the tree: {@code routers[0].servers[1]}. */
  public String path() {
    return path;
  }

  /** The place in the tree of {@code key}. */
  public String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Whether {@code key} stands here with a value. */
  public boolean has(String key) {
    known.add(key);
    if (description != null) {
      note(key, new Description.Shape.Any(), null);
      return assumed;
    }
    Entry entry = entries.get(key);
    return entry != null && !(entry.value() instanceof Nothing);
  }

  /** Whether the value of {@code key} has a fault, so that a stand-in was read. */
  public boolean failed(String key) {
    Entry entry = entries.get(key);
    return description != null
        || failed.contains(key)
        || (entry != null && entry.value() instanceof Faulty);
  }

  /** Every key that stands here. */
  public Set<String> keys() {
    return entries.keySet();
  }

  /** Notes a fault of the value of {@code key}. */
  public void fault(String key, String text) {
    failed.add(key);
    problems.add(at(key), pathOf(key), text);
  }

  /** Notes a fault with further lines. */
  public void fault(String key, String text, List<String> details) {
    problems.add(new Problem(at(key), pathOf(key), text, details));
  }

  /** Notes that {@code key} is missing. */
  public void missing(String key, String mend) {
    require(key);
    problems.add(at, pathOf(key), "is missing; " + mend);
  }

  /** Notes that what {@code key} asks for is not built, if it is here. */
  public void notBuilt(String key) {
    if (has(key)) {
      notBuilt(key, "remove it");
    }
  }

  /** Notes that what {@code key} asks for is not built; {@code mend} says what to do meanwhile. */
  public void notBuilt(String key, String mend) {
    if (description != null) {
      description.notBuilt(key);
    }
    Entry entry = entries.get(key);
    problems.add(entry == null ? at : entry.at(), pathOf(key), "known, not built yet; " + mend);
  }

  /** Notes that only the value {@code built} of {@code key} is built, unless it has that. */
  public void only(String key, Object value, Object built) {
    if (description == null && !value.equals(built)) {
      notBuilt(key, "write " + built + ", or remove it");
    }
  }

  /** Notes that every key nobody asked for is unknown. Call it last. */
  public void end() {
    if (anyKey) {
      return;
    }
    for (Entry entry : entries.values()) {
      if (!known.contains(entry.key())) {
        problems.add(entry.at(), pathOf(entry.key()), "unknown key; " + meant(entry.key()));
      }
    }
  }

  /** Words for a message when {@code key} is missing and another key here looks like it. */
  String misspelt(String key) {
    Set<String> others = new LinkedHashSet<>(entries.keySet());
    others.remove(key);
    Entry near = entries.get(String.valueOf(Words.nearest(key, others)));
    return near == null ? "" : "is '" + near.key() + "' at " + near.at() + " meant to be it? ";
  }

  /**
   * Takes every key as known, here and in the blocks inside: the block is of a kind that nobody
   * knows.
   */
  public void acceptAnyKey() {
    if (description != null) {
      description.anyKey();
    }
    anyKey = true;
  }

  /** Whether this block, or one around it, is of a kind that nobody knows. */
  public boolean acceptsAnyKey() {
    return anyKey;
  }

  private String meant(String key) {
    String near = Words.nearest(key, known);
    if (near == null) {
      return known.isEmpty() || known.size() > LISTED_KEYS
          ? "remove it"
          : "use " + Words.list(known) + ", or remove it";
    }
    Entry there = entries.get(near);
    return "did you mean '"
        + near
        + "'"
        + (there == null ? "?" : ", which stands at " + there.at() + "?");
  }

  /** The value of {@code key} for a message: in quotes, masked or cut where needed. */
  public String shown(String key) {
    Entry entry = entries.get(key);
    return entry == null ? "nothing" : Scalars.describe(key, entry.value());
  }

  // Scalars

  /** A text, or null when absent. */
  public @Nullable String text(String key) {
    note(key, new Description.Shape.Text(false), null);
    Scalar scalar = scalar(key);
    return scalar == null ? null : scalar.text();
  }

  /** A text, or {@code fallback} when absent. */
  public String text(String key, String fallback) {
    note(key, new Description.Shape.Text(false), fallback);
    String text = text(key);
    return text == null ? fallback : text;
  }

  /** A text that must be there and say something. */
  public String requiredText(String key, String mend) {
    note(key, new Description.Shape.Text(true), null);
    if (!has(key)) {
      missing(key, mend);
      return NO_TEXT;
    }
    String text = text(key);
    if (text != null && text.isBlank()) {
      fault(key, "is empty; " + mend);
    }
    return text == null ? NO_TEXT : text;
  }

  /** A text that is never shown; null when absent or empty. */
  public @Nullable Secret secret(String key) {
    note(key, new Description.Shape.Text(false), null);
    String text = text(key);
    return text == null || text.isEmpty() ? null : new Secret(text);
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String key, boolean fallback) {
    note(key, new Description.Shape.Flag(), fallback);
    Boolean flag = flag(key);
    return flag == null ? (description == null ? fallback : flagged) : flag;
  }

  /** {@code true} or {@code false}, or null when absent. */
  public @Nullable Boolean flag(String key) {
    note(key, new Description.Shape.Flag(), null);
    Scalar scalar = scalar(key);
    return scalar == null ? null : Scalars.flag(this, key, scalar);
  }

  /** A whole number within the range, or {@code fallback} when absent. */
  public int integer(String key, int fallback, int least, int most) {
    noteWhole(key, fallback, least, most, "");
    Integer number = integer(key, least, most);
    return number == null ? fallback : number;
  }

  /** A whole number within the range, or null when absent. */
  public @Nullable Integer integer(String key, int least, int most) {
    noteWhole(key, null, least, most, "");
    Scalar scalar = scalar(key);
    return scalar == null ? null : Scalars.integer(this, key, scalar, least, most);
  }

  /** A number within the range, whole or not; {@code fallback} when absent. */
  public double number(String key, double fallback, double least, double most) {
    note(key, new Description.Shape.Fraction(least, most), fallback);
    Scalar scalar = scalar(key);
    Double number = scalar == null ? null : Scalars.number(this, key, scalar, least, most);
    return number == null ? fallback : number;
  }

  /** Milliseconds, at least {@code least}; null when absent. */
  public @Nullable Duration millis(String key, int least) {
    noteWhole(key, null, least, Integer.MAX_VALUE, "ms");
    Integer number = integer(key, least, Integer.MAX_VALUE);
    return number == null ? null : Duration.ofMillis(number);
  }

  /** Milliseconds, at least {@code least}; {@code fallback} when absent. */
  public Duration millis(String key, Duration fallback, int least) {
    noteWhole(key, fallback.toMillis(), least, Integer.MAX_VALUE, "ms");
    Duration duration = millis(key, least);
    return duration == null ? fallback : duration;
  }

  /** Seconds within the range; {@code fallback} when absent. */
  public Duration seconds(String key, Duration fallback, int least, int most) {
    noteWhole(key, fallback.toSeconds(), least, most, "s");
    Integer number = integer(key, least, most);
    return number == null ? fallback : Duration.ofSeconds(number);
  }

  /** A port, 0 to 65535; {@code fallback} when absent. */
  public int port(String key, int fallback) {
    noteWhole(key, fallback, 0, MAX_PORT, "");
    Integer port = port(key);
    return port == null ? fallback : port;
  }

  /** A port, or null when absent. */
  public @Nullable Integer port(String key) {
    noteWhole(key, null, 0, MAX_PORT, "");
    Scalar scalar = scalar(key);
    return scalar == null ? null : Scalars.port(this, key, scalar);
  }

  /** An IP address written as such; {@code fallback} when absent. */
  public InetAddress ip(String key, InetAddress fallback) {
    note(key, new Description.Shape.Form("address"), fallback.getHostAddress());
    Scalar scalar = scalar(key);
    InetAddress address = scalar == null ? null : Scalars.ip(this, key, scalar);
    return address == null ? fallback : address;
  }

  /** A path of names; {@code fallback} when absent. */
  public Path path(String key, Path fallback) {
    note(key, new Description.Shape.Form("path"), fallback.isEmpty() ? null : fallback.show());
    Scalar scalar = scalar(key);
    Path found = scalar == null ? null : Scalars.path(this, key, scalar);
    return found == null ? fallback : found;
  }

  /** A path of names that must be there. */
  public Path requiredPath(String key, String mend) {
    note(key, new Description.Shape.Form("path"), null);
    if (!has(key)) {
      missing(key, mend);
    }
    return path(key, Path.EMPTY);
  }

  /** Rewrite rules; none when absent. */
  public Dtab dtab(String key) {
    note(key, new Description.Shape.Form("dtab"), null);
    Scalar scalar = scalar(key);
    return scalar == null ? Dtab.EMPTY : Scalars.dtab(this, key, scalar);
  }

  /** One of the words, which stand for values; {@code fallback} when absent. */
  public <T> T word(String key, String what, Map<String, T> words, T fallback) {
    note(key, new Description.Shape.Word(words.keySet().stream().sorted().toList()), null);
    Scalar scalar = scalar(key);
    T value = scalar == null ? null : Scalars.word(this, key, scalar, what, words);
    return value == null ? fallback : value;
  }

  /** An existing regular file, or null when absent. */
  public java.nio.file.@Nullable Path file(String key) {
    note(key, new Description.Shape.Form("file"), null);
    Scalar scalar = scalar(key);
    return scalar == null ? null : Scalars.file(this, key, scalar);
  }

  /** An existing regular file that must be named. */
  public java.nio.file.Path requiredFile(String key, String mend) {
    note(key, new Description.Shape.Form("file"), null);
    if (!has(key)) {
      missing(key, mend);
    }
    java.nio.file.Path file = file(key);
    return file == null ? java.nio.file.Path.of(NO_TEXT) : file;
  }

  /** An existing directory that must be named. */
  public java.nio.file.Path requiredDirectory(String key, String mend) {
    note(key, new Description.Shape.Form("directory"), null);
    if (!has(key)) {
      missing(key, mend);
    }
    Scalar scalar = scalar(key);
    java.nio.file.Path found = scalar == null ? null : Scalars.directory(this, key, scalar);
    return found == null ? java.nio.file.Path.of(NO_TEXT) : found;
  }

  /** The scalar itself, or null when absent; anything else there is a fault. */
  public @Nullable Scalar scalar(String key) {
    note(key, new Description.Shape.Any(), null);
    Setting value = value(key);
    if (value == null || value instanceof Scalar) {
      return (Scalar) value;
    }
    fault(
        key,
        "a single value is expected here, not "
            + Scalars.describe(key, value)
            + "; write one value");
    return null;
  }

  // Structure

  /** When this block is {@link #describing}: the same, for what only one of its kinds has. */
  Block variant(Description of, String key, String kind, boolean usual) {
    return describing(of.variant(key, kind, usual));
  }

  /** A block, or null when absent. */
  public @Nullable Block block(String key) {
    if (description != null) {
      return describing(description.inner(key));
    }
    Setting value = value(key);
    return value == null ? null : asBlock(key, pathOf(key), value);
  }

  /** The blocks of a list; none when absent. */
  public List<Block> blocks(String key) {
    if (description != null) {
      return List.of(describing(description.items(key, true, false)));
    }
    List<Block> blocks = new ArrayList<>();
    List<Setting> items = items(key);
    for (int i = 0; i < items.size(); i++) {
      Block block = asBlock(key, pathOf(key) + "[" + i + "]", items.get(i));
      if (block != null) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  /** One block or a list of them; none when absent. */
  public List<Block> blockOrBlocks(String key) {
    if (description != null) {
      return List.of(describing(description.items(key, true, true)));
    }
    if (value(key) instanceof Mapping) {
      Block one = block(key);
      return one == null ? List.of() : List.of(one);
    }
    return blocks(key);
  }

  /** Whether a list stands under {@code key} with nothing in it. */
  public boolean isEmptyList(String key) {
    if (description != null) {
      description.notEmpty(key);
    }
    return value(key) instanceof Sequence(var _, var items) && items.isEmpty();
  }

  /** The items of a list, each as a block of one key {@code [i]} for the typed getters. */
  public List<Item> list(String key) {
    if (description != null) {
      var item = describing(description.items(key, false, false));
      return List.of(new Item(item, Description.ITEM));
    }
    List<Item> list = new ArrayList<>();
    List<Setting> items = items(key);
    for (int i = 0; i < items.size(); i++) {
      Setting item = items.get(i);
      String name = key + "[" + i + "]";
      var one = new Mapping(item.at(), List.of(new Entry(item.at(), name, item)));
      list.add(new Item(new Block(one, path, problems), name));
    }
    return list;
  }

  /** One item of a list: ask {@code in} for {@code key}. */
  public record Item(Block in, String key) {}

  /** The texts of a list; none when absent. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Item item : list(key)) {
      texts.add(item.in().requiredText(item.key(), "write a text"));
    }
    return texts;
  }

  private List<Setting> items(String key) {
    Setting value = value(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof Sequence(var _, var items)) {
      return items;
    }
    fault(
        key,
        "a list is expected here, not "
            + Scalars.describe(key, value)
            + "; put '- ' before each item");
    return List.of();
  }

  private @Nullable Block asBlock(String key, String itemPath, Setting value) {
    if (value instanceof Mapping mapping) {
      var inner = new Block(mapping, itemPath, problems);
      inner.anyKey = anyKey;
      return inner;
    }
    if (!(value instanceof Faulty)) {
      problems.add(
          value.at(),
          itemPath,
          "a block of keys is expected here, not "
              + Scalars.describe(key, value)
              + "; write 'key: value' lines");
    }
    return null;
  }

  private @Nullable Setting value(String key) {
    known.add(key);
    Entry entry = entries.get(key);
    return entry == null || entry.value() instanceof Nothing || entry.value() instanceof Faulty
        ? null
        : entry.value();
  }

  /** Notes a fault at a place inside the value of {@code key}. */
  void faultAt(Position place, String key, String text) {
    failed.add(key);
    problems.add(place, pathOf(key), text);
  }
}
