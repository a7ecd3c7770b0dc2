package fairlead.discovery.consul;

import fairlead.discovery.consul.Reply.Meta;
import java.util.ArrayList;

/**
 * How far an answer can be trusted when it is empty. Immutable.
 *
 * @param trouble what looks wrong, empty when nothing does
 * @param filteredByConsul whether unhealthy instances were left out before we could see them
 */
record Signs(String trouble, boolean filteredByConsul) {
  static Signs of(Meta meta, boolean wentBack, boolean filteredByConsul) {
    var trouble = new ArrayList<String>();
    if (!meta.knownLeader()) {
      trouble.add("no leader");
    }
    if (wentBack) {
      trouble.add("index went back");
    }
    if (!meta.hasIndex()) {
      trouble.add("no index");
    }
    if (meta.filteredByAcls()) {
      trouble.add("filtered by ACLs");
    }
    return new Signs(String.join(", ", trouble), filteredByConsul);
  }

  boolean troubled() {
    return !trouble.isEmpty();
  }
}
