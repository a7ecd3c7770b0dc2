package fairlead.routing;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Routes by the bytes that identify a request, so that a known one costs no string. Bounded: those
 * not asked for are forgotten once {@link #MOST} others came. Event loop only.
 */
final class HostRoutes {
  /** Some eight megabytes with keys of 60 bytes. */
  static final int MOST = 1 << 16;

  private static final int GENERATION = MOST / 2;

  private HostTable young = new HostTable();

  /** Those not asked for since the young ones were started. */
  private HostTable old = new HostTable();

  @Nullable LoopRoute get(byte[] bytes, int offset, int length) {
    int hash = HostTable.hash(bytes, offset, length);
    var known = young.get(hash, bytes, offset, length);
    return known != null || old.size() == 0 ? known : getOld(hash, bytes, offset, length);
  }

  private @Nullable LoopRoute getOld(int hash, byte[] bytes, int offset, int length) {
    var known = old.get(hash, bytes, offset, length);
    if (known != null) {
      put(bytes, offset, length, known);
    }
    return known;
  }

  /** Only for what {@link #get} does not know. */
  void put(byte[] bytes, int offset, int length, LoopRoute route) {
    if (young.size() >= GENERATION) {
      old = young;
      young = new HostTable();
    }
    young.put(HostTable.hash(bytes, offset, length), bytes, offset, length, route);
  }

  /** Forgets all that lead to one of {@code routes}; looks at every entry. */
  void removeAll(Set<LoopRoute> routes) {
    young.removeAll(routes);
    old.removeAll(routes);
  }
}
