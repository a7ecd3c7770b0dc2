package fairlead.discovery.consul;

import fairlead.activity.Watch;
import java.util.Map;

/** What tells a {@link ServiceState} what Consul says. Control executor only. */
interface ServiceFeed {
  /** Asks until the watch is closed. */
  Watch start();

  /** Whether something of it is still under way. */
  boolean busy();

  ServiceState state();

  /** The last question and answer, for the naming pages. */
  Map<String, Object> poll();
}
