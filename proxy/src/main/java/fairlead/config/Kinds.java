package fairlead.config;

import fairlead.config.Setting.Scalar;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of one sort of plug-in ({@code spec/config.md} §5): how each is read when it is built,
 * and how its keys are checked when it is not. Filled once, then only read.
 */
public final class Kinds<T> {
  private final String what;
  private final String key;
  private final Map<String, Function<Block, T>> built = new LinkedHashMap<>();
  private final Map<String, Consumer<Block>> unbuilt = new LinkedHashMap<>();
  private final Set<String> experimental = new LinkedHashSet<>();
  private boolean flagAllowed;
  private @Nullable String fallback;
  private Consumer<Block> unknown = _ -> {};

  private Kinds(String what, String key) {
    this.what = what;
    this.key = key;
  }

  /** No kinds yet; {@code what} is for messages: {@code namer}. */
  public static <T> Kinds<T> of(String what) {
    return new Kinds<>(what, "kind");
  }

  /** The same for a key that is not called {@code kind}. */
  public static <T> Kinds<T> of(String what, String key) {
    return new Kinds<>(what, key);
  }

  /** A kind that is built. */
  public Kinds<T> built(String kind, Function<Block, T> reader) {
    built.put(kind, reader);
    return this;
  }

  /** A kind that Linkerd knows and we have not built; {@code checker} asks for all its keys. */
  public Kinds<T> notBuilt(String kind, Consumer<Block> checker) {
    unbuilt.put(kind, checker);
    return this;
  }

  /** Kinds that must be let in by {@code experimental: true}. */
  public Kinds<T> experimental(String... kinds) {
    experimental.addAll(Set.of(kinds));
    return flagAllowed();
  }

  /** Lets every kind have the key {@code experimental} (§5.2). */
  public Kinds<T> flagAllowed() {
    flagAllowed = true;
    return this;
  }

  /** The kind of a block that names none. */
  public Kinds<T> fallback(String kind) {
    fallback = kind;
    return this;
  }

  /** {@code checker} asks for what all kinds have, of a block whose kind nobody knows. */
  public Kinds<T> unknown(Consumer<Block> checker) {
    unknown = checker;
    return this;
  }

  /** What the block says, or null after a fault. Reads the block to its end. */
  public @Nullable T read(Block block) {
    var description = block.description();
    if (description != null) {
      describe(block, description);
      return null;
    }
    String kind = kind(block);
    if (kind == null) {
      block.acceptAnyKey();
      unknown.accept(block);
      return null;
    }
    if (flagAllowed) {
      gate(block, kind);
    }
    Function<Block, T> reader = built.get(kind);
    T value = null;
    if (reader != null) {
      value = reader.apply(block);
    } else {
      Consumer<Block> checker = unbuilt.get(kind);
      if (checker != null) {
        checker.accept(block);
      }
      block.fault(key, "'" + kind + "' is known, not built yet; " + instead());
    }
    block.end();
    return value;
  }

  /** What is not built is no choice. */
  private void describe(Block block, Description description) {
    built.forEach(
        (kind, reader) -> {
          Block variant = block.variant(description, key, kind, kind.equals(fallback));
          if (flagAllowed) {
            variant.flag("experimental", false);
          }
          var _ = reader.apply(variant);
        });
    if (built.isEmpty()) {
      block.variant(description, key, "", false);
    }
  }

  private String instead() {
    return built.isEmpty() ? "remove the block" : "use " + Words.list(built.keySet());
  }

  private @Nullable String kind(Block block) {
    if (!block.has(key)) {
      if (fallback == null) {
        block.missing(key, block.misspelt(key) + "use " + Words.list(all()));
      }
      return fallback;
    }
    Scalar scalar = block.scalar(key);
    if (scalar == null) {
      return null;
    }
    String kind = scalar.text();
    if (built.containsKey(kind) || unbuilt.containsKey(kind)) {
      return kind;
    }
    block.fault(
        key, Secrets.shown(key, scalar) + " is no " + what + "; " + Scalars.oneOf(kind, all()));
    return null;
  }

  private Set<String> all() {
    var all = new LinkedHashSet<>(built.keySet());
    all.addAll(unbuilt.keySet());
    return all;
  }

  private void gate(Block block, String kind) {
    boolean allowed = block.flag("experimental", false);
    if (experimental.contains(kind) && !allowed) {
      block.fault(key, "'" + kind + "' is experimental; add 'experimental: true' beside it");
    }
  }
}
