package fairlead.discovery.consul;

import org.jspecify.annotations.Nullable;

/**
 * What one query watches, whatever spelling and residual a path has: char = byte, service and tag
 * in lower case.
 */
record ServiceKey(String datacenter, @Nullable String tag, String service) {
  /** As in the naming pages. */
  String show() {
    return tag == null
        ? "/" + datacenter + "/" + service
        : "/" + datacenter + "/" + tag + "/" + service;
  }
}
