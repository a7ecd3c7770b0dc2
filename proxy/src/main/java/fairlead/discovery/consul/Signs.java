package fairlead.discovery.consul;

import fairlead.discovery.consul.Reply.Meta;
import java.time.Duration;
import java.util.ArrayList;

/**
 * How far an answer can be trusted in what it does not have. Immutable.
 *
 * @param trouble what looks wrong, empty when nothing does
 * @param unsettled whether Consul itself is not in order: no leader, or its state was reset
 * @param filteredByConsul whether unhealthy instances were left out before we could see them
 */
record Signs(String trouble, boolean unsettled, boolean filteredByConsul) {
  private static final Duration LONG_AGO = Duration.ofSeconds(30);

  /** Nothing looks wrong, and nothing was left out. */
  static final Signs NONE = new Signs("", false, false);

  static Signs of(Meta meta, boolean wentBack, boolean filteredByConsul) {
    var trouble = new ArrayList<String>();
    if (!meta.knownLeader()) {
      trouble.add("no leader");
    }
    if (wentBack) {
      trouble.add("index went back");
    }
    boolean unsettled = !trouble.isEmpty();
    if (!meta.hasIndex()) {
      trouble.add("no index");
    }
    if (meta.filteredByAcls()) {
      trouble.add("filtered by ACLs");
    }
    if (meta.lastContactMillis() > LONG_AGO.toMillis()) {
      trouble.add("leader last heard of " + meta.lastContactMillis() + " ms ago");
    }
    return new Signs(String.join(", ", trouble), unsettled, filteredByConsul);
  }

  /**
   * Whether a loss must not be believed on this answer alone. What may go on for ever (a token that
   * does not see everything, an agent behind something that drops the index) counts only against an
   * answer that has nothing at all.
   */
  boolean doubtful(boolean nothingLeft) {
    return nothingLeft ? !trouble.isEmpty() : unsettled;
  }
}
