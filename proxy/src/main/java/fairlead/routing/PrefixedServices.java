package fairlead.routing;

import fairlead.config.Prefixed;
import fairlead.naming.Path;

/**
 * Settings by the beginning of the name: every entry that matches counts, later ones win key by key
 * ({@code spec/config.md} §8.4). Immutable.
 *
 * @param usual where no entry says anything
 */
record PrefixedServices(Prefixed<ServiceSettings> settings, ServiceConfig usual)
    implements ServiceConfigs {
  @Override
  public ServiceConfig of(Path name) {
    var config = usual;
    for (var entry : settings.of(name)) {
      config = entry.over(config);
    }
    return config;
  }
}
