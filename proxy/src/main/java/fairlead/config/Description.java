package fairlead.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may stand in one block, as its reader asks for it: made by reading a block that is not there
 * ({@link Block#describing}), so that it says what the code reads and nothing else. Mutable; one
 * thread.
 */
public final class Description {
  /** The key of a list's item. */
  static final String ITEM = "[]";

  private final Map<String, Value> values = new LinkedHashMap<>();
  private final Set<String> required = new LinkedHashSet<>();

  /** Keys that were missed while every flag was said to be set. */
  private final Set<String> requiredFlagged = new LinkedHashSet<>();

  private final Set<String> filled = new LinkedHashSet<>();
  private final Set<String> unbuilt = new LinkedHashSet<>();
  private final Map<String, Description> variants = new LinkedHashMap<>();
  private String variantKey = "";
  private @Nullable String fallback;
  private boolean open;

  /** What may stand under a key. */
  public sealed interface Value {
    /** One value; {@code fallback} is what counts when it is absent, null for nothing. */
    record One(Shape shape, @Nullable Object fallback) implements Value {}

    /** A block of keys. */
    record Inner(Description keys) implements Value {}

    /**
     * A list.
     *
     * @param items the block whose key {@link #ITEM} is an item, or an item itself
     * @param blocks whether {@code items} is an item itself
     * @param orOne whether one item may stand there without a list
     */
    record Many(Description items, boolean blocks, boolean orOne) implements Value {}

    /** A list without an item: what would be in it is not built. */
    record EmptyList() implements Value {}
  }

  /** What a single value may be. */
  public sealed interface Shape {
    /** A text. */
    record Text(boolean filled) implements Shape {}

    /** {@code true} or {@code false}. */
    record Flag() implements Shape {}

    /**
     * A whole number.
     *
     * @param unit empty for none
     */
    record Whole(long least, long most, String unit) implements Shape {}

    record Fraction(double least, double most) implements Shape {}

    /** One of these. */
    record Word(List<String> words) implements Shape {}

    /** Text of a form of its own, such as {@code path}. */
    record Form(String name) implements Shape {}

    /** Asked for without a type. */
    record Any() implements Shape {}
  }

  void note(String key, Shape shape, @Nullable Object fallback) {
    put(key, new Value.One(shape, fallback));
  }

  /** What is known better stays. */
  private void put(String key, Value value) {
    var before = values.get(key);
    if (before == null || before instanceof Value.One(Shape.Any _, var _)) {
      values.put(key, value);
    }
  }

  Description inner(String key) {
    if (values.get(key) instanceof Value.Inner(var known)) {
      return known;
    }
    var inner = new Description();
    put(key, new Value.Inner(inner));
    return inner;
  }

  Description items(String key, boolean blocks, boolean orOne) {
    if (values.get(key) instanceof Value.Many(var known, var ofBlocks, var _)
        && ofBlocks == blocks) {
      return known;
    }
    var items = new Description();
    put(key, new Value.Many(items, blocks, orOne));
    return items;
  }

  Description variant(String key, String kind, boolean usual) {
    variantKey = key;
    if (usual) {
      fallback = kind;
    }
    return variants.computeIfAbsent(kind, _ -> new Description());
  }

  void require(String key, boolean flagged) {
    (flagged ? requiredFlagged : required).add(key);
  }

  void notEmpty(String key) {
    filled.add(key);
  }

  void notBuilt(String key) {
    unbuilt.add(key);
  }

  void anyKey() {
    open = true;
  }

  /** The keys that have an effect, in the order asked for. */
  public Map<String, Value> values() {
    var built = new LinkedHashMap<>(values);
    for (String key : unbuilt) {
      if (built.get(key) instanceof Value.Many) {
        built.put(key, new Value.EmptyList());
      } else {
        built.remove(key);
      }
    }
    return built;
  }

  /** The value of an item of a list, when this describes one. */
  public Value item() {
    return values.getOrDefault(ITEM, new Value.One(new Shape.Any(), null));
  }

  /** Keys that must be there, whatever the others say. */
  public Collection<String> required() {
    var always = new LinkedHashSet<>(required);
    always.retainAll(requiredFlagged);
    return always;
  }

  /** Whether the list of {@code key} must have an item. */
  public boolean isFilled(String key) {
    return filled.contains(key);
  }

  /** The key whose value decides which further keys there are; empty when none does. */
  public String variantKey() {
    return variantKey;
  }

  /** The further keys by that value. */
  public Map<String, Description> variants() {
    return variants;
  }

  /** What the key that decides is taken for when it is absent; null when it must be there. */
  public @Nullable String fallback() {
    return fallback;
  }

  /** Whether other keys may stand here too. */
  public boolean isOpen() {
    return open;
  }
}
