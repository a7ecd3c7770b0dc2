package fairlead.routing;

import fairlead.balance.SlowStart;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Endpoints that start slowly, on one event loop: before each pick, chance says which of them take
 * this turn ({@link SlowStart}). Event loop only.
 */
final class Warming {
  private List<EndpointNode> slow = List.of();
  private int seenChanges;
  private boolean stale = true;

  /** The set of endpoints changed. */
  void lookAgain() {
    stale = true;
  }

  /**
   * Before a pick among {@code all}.
   *
   * @param changes of statuses so far
   */
  void draw(Collection<EndpointNode> all, int changes, long now, RandomGenerator random) {
    if (stale || changes != seenChanges) {
      stale = false;
      seenChanges = changes;
      all.forEach(node -> node.rest(false));
      slow = all.stream().filter(node -> node.share(now) < 1).toList();
    }
    if (slow.isEmpty()) {
      return;
    }
    boolean relieved = hasSettled(all, now);
    boolean settled = false;
    for (var node : slow) {
      double share = node.share(now);
      settled |= share >= 1;
      node.rest(relieved && random.nextDouble() >= share);
    }
    stale = settled;
  }

  /** Whether somebody is there to take the turns that others leave. */
  private static boolean hasSettled(Collection<EndpointNode> all, long now) {
    for (var node : all) {
      if (node.isOpen() && node.share(now) >= 1) {
        return true;
      }
    }
    return false;
  }
}
