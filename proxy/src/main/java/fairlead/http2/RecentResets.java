package fairlead.http2;

/**
 * The streams that we reset last: what their peer sent before it knew is no fault (RFC 9113 §5.1).
 * Event loop only.
 */
final class RecentResets {
  private static final int MOST = 128;

  private final int[] ids = new int[MOST];
  private int next;

  void add(int stream) {
    ids[next] = stream;
    next = (next + 1) % MOST;
  }

  boolean contains(int stream) {
    for (int id : ids) {
      if (id == stream) {
        return true;
      }
    }
    return false;
  }
}
