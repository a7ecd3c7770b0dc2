package fairlead.discovery.consul;

import fairlead.discovery.NamerConfig.HealthStatus;
import java.util.List;
import java.util.Map;

/**
 * One registration of a service, from whichever endpoint it was read. Immutable.
 *
 * @param status the worst of its checks and of its node's
 * @param unchecked whether it is critical only by checks that have not run since its agent started,
 *     which says nothing of its health
 */
record Instance(
    String nodeAddress,
    Map<String, String> nodeMeta,
    String id,
    List<String> tags,
    String address,
    int port,
    Map<String, String> meta,
    HealthStatus status,
    boolean unchecked) {
  Instance {
    nodeMeta = Map.copyOf(nodeMeta);
    tags = List.copyOf(tags);
    meta = Map.copyOf(meta);
  }
}
