package fairlead.routing;

import fairlead.naming.Dentry;
import fairlead.naming.Dtab;
import fairlead.naming.NameTrees;
import fairlead.naming.Path;
import fairlead.naming.Prefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether the dtab of a request may name an address of the caller's choice (threat 55): by itself,
 * as {@code /$/inet/169.254.169.254/80}, or through a rule of the configuration that takes the
 * address from what is left of a name. Immutable; any thread.
 */
final class RequestAddresses {
  /** A request whose rules lead further is refused: nobody writes such, but for loops. */
  private static final int MOST_STEPS = 500;

  /** Each rule of a request may add so many. */
  private static final int STEPS_A_RULE = 4;

  private static final int MOST_DEPTH = 40;

  private static final List<String> HARMLESS = List.of("nil", "fail", "io.buoyant.http.status");
  private static final List<String> ADDRESSES = List.of("inet", "fixedinet", "io.buoyant.rinet");

  private final Dtab base;
  private final Path dstPrefix;

  /** Whether the name of any request can become any address, by the configuration alone. */
  private final boolean open;

  /**
   * For the rules of one router.
   *
   * @param dstPrefix begins the name of every request
   */
  RequestAddresses(Dtab base, Path dstPrefix) {
    this.base = base;
    this.dstPrefix = dstPrefix;
    this.open = new Search(0).reaches(dstPrefix, 0);
  }

  /** The first destination in {@code local} that names an address; null when none does. */
  @Nullable Path in(Dtab local) {
    var search = new Search(local.dentries().size());
    for (Dentry dentry : local.dentries()) {
      for (Path leaf : NameTrees.leaves(dentry.dst())) {
        boolean anyName = leaf.startsWith(dstPrefix) && leaf.size() <= dstPrefix.size() + 1;
        boolean gainsNothing = open && anyName;
        if (!gainsNothing && search.reaches(leaf, 0)) {
          return leaf;
        }
      }
    }
    return null;
  }

  /** Follows the rules of the configuration, no further than so many steps. */
  private final class Search {
    private int left;
    private int depth;

    Search(int rules) {
      left = MOST_STEPS + rules * STEPS_A_RULE;
    }

    /**
     * Whether {@code path}, with anything behind it, can become an address of somebody's choice.
     *
     * @param ours how many of its elements are the configuration's
     */
    boolean reaches(Path path, int ours) {
      if (left-- <= 0 || depth == MOST_DEPTH) {
        return true;
      }
      depth++;
      boolean found = isAddress(path, ours) || rewritten(path) || ruled(path, ours);
      depth--;
      return found;
    }

    private boolean ruled(Path path, int ours) {
      for (Dentry dentry : base.dentries()) {
        int matched = dentry.prefix().size();
        if (mayMatch(dentry.prefix(), path)) {
          for (Path leaf : NameTrees.leaves(dentry.dst())) {
            int kept = leaf.size() + Math.max(0, ours - matched);
            if (reaches(leaf.concat(path.drop(matched)), kept)) {
              return true;
            }
          }
        }
      }
      return false;
    }

    /** The other utility namers put a part of the path somewhere else: followed from there. */
    private boolean rewritten(Path path) {
      if (!isUtility(path)) {
        return false;
      }
      String kind = path.elements().get(1);
      return !HARMLESS.contains(kind) && !ADDRESSES.contains(kind) && reaches(path.drop(2), 0);
    }
  }

  private static boolean isUtility(Path path) {
    return path.size() >= 2 && path.elements().getFirst().equals("$");
  }

  /** An address not all of whose elements are the configuration's. */
  private static boolean isAddress(Path path, int ours) {
    if (!isUtility(path) || !ADDRESSES.contains(path.elements().get(1))) {
      return false;
    }
    boolean portOfThisHost =
        path.size() >= 3
            && !path.elements().get(1).equals("io.buoyant.rinet")
            && path.elements().get(2).matches("[0-9]+");
    return ours < (portOfThisHost ? 3 : 4);
  }

  /** Whether {@code path}, with something behind it, can begin with {@code prefix}. */
  private static boolean mayMatch(Prefix prefix, Path path) {
    int common = Math.min(prefix.size(), path.size());
    return new Prefix(prefix.elements().subList(0, common)).matches(path.take(common));
  }
}
