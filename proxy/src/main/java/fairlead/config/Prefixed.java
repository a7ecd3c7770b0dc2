package fairlead.config;

import fairlead.naming.Path;
import fairlead.naming.PathPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Settings of clients or services by the beginning of a name ({@code spec/config.md} §8): {@code
 * io.l5d.global}, which is for every name, or {@code io.l5d.static}. Immutable.
 *
 * @param entries in the order of the file
 */
public record Prefixed<T>(List<Entry<T>> entries) {
  private static final PathPattern EVERYBODY = PathPattern.of("/");

  /** Settings of the names that {@code prefix} matches. */
  public record Entry<T>(PathPattern prefix, T settings) {}

  public Prefixed {
    entries = List.copyOf(entries);
  }

  /** What every entry that matches {@code name} says; later ones win (§8.4). */
  public List<T> of(Path name) {
    return entries.stream()
        .filter(entry -> entry.prefix.match(name).isPresent())
        .map(Entry::settings)
        .toList();
  }

  /**
   * Reads the block of this name.
   *
   * @param what {@code client} or {@code service}
   * @param example of a prefix, for messages
   * @param reader of the settings of one entry; asks for all their keys
   */
  public static <T> Prefixed<T> read(
      @Nullable Block block, String what, String example, Function<Block, T> reader) {
    List<Entry<T>> entries =
        block == null
            ? null
            : Kinds.<List<Entry<T>>>of(what + " kind")
                .fallback("io.l5d.global")
                .built("io.l5d.global", b -> List.of(new Entry<>(EVERYBODY, reader.apply(b))))
                .built("io.l5d.static", b -> entries(b, example, reader))
                .read(block);
    return new Prefixed<>(entries == null ? List.of() : entries);
  }

  private static <T> List<Entry<T>> entries(
      Block block, String example, Function<Block, T> reader) {
    if (!block.has("configs")) {
      block.missing("configs", "write a list of blocks, each with a prefix");
    }
    var entries = new ArrayList<Entry<T>>();
    for (Block entry : block.blocks("configs")) {
      String prefix = entry.requiredText("prefix", "write a prefix, such as " + example);
      PrefixPatterns.check(entry, "prefix", prefix);
      entries.add(new Entry<>(PathPattern.of(prefix), reader.apply(entry)));
      entry.end();
    }
    return entries;
  }
}
