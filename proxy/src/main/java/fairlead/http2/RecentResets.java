package fairlead.http2;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The streams that we reset last: what their peer sent before it knew is no fault (RFC 9113 §5.1).
 * As many as may be reset at once, when a caller with all its streams, or a backend, goes away.
 * Event loop only.
 */
final class RecentResets {
  private static final int MOST = 2048;
  private static final int FEWEST = 16;

  private @Nullable IntObjectMap<Boolean> known;

  /** A ring of those that are known, as long as it was needed yet. */
  private int[] ids = {};

  private int next;

  void add(int stream) {
    var all = known;
    if (all == null) {
      all = new IntObjectHashMap<>(FEWEST);
      known = all;
    }
    if (all.put(stream, Boolean.TRUE) != null) {
      return;
    }
    if (next == ids.length) {
      grow();
    }
    if (all.size() > MOST) {
      all.remove(ids[next]);
    }
    ids[next] = stream;
    next = next + 1 == MOST ? 0 : next + 1;
  }

  boolean contains(int stream) {
    return known != null && known.containsKey(stream);
  }

  private void grow() {
    ids = Arrays.copyOf(ids, Math.min(MOST, Math.max(FEWEST, ids.length * 2)));
  }
}
