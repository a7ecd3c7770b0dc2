package fairlead.routing;

import fairlead.naming.Path;

/** Which settings a logical name has ({@code spec/config.md} §8.3). Any thread. */
@FunctionalInterface
public interface ServiceConfigs {
  /** How requests to {@code name} are treated, which begins with the router's prefix. */
  ServiceConfig of(Path name);
}
