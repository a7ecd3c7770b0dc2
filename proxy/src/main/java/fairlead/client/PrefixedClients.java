package fairlead.client;

import fairlead.config.Prefixed;
import fairlead.naming.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings by the beginning of the id: every entry that matches counts, later ones win sub-block by
 * sub-block ({@code spec/config.md} §8.4). Immutable.
 *
 * @param base what they override
 */
record PrefixedClients(ClientSettings base, Prefixed<ClientSettings> settings)
    implements ClientConfigs {
  @Override
  public ClientConfig of(Path id) {
    var all = base;
    for (var entry : settings.entries()) {
      var captured = entry.prefix().match(id);
      if (captured.isPresent()) {
        all = all.overriddenBy(entry.settings().named(captured.get()));
      }
    }
    return all.toConfig();
  }

  @Override
  public List<ClientConfig> tls() {
    var found = new ArrayList<ClientConfig>();
    var all = base;
    for (var entry : settings.entries()) {
      all = all.overriddenBy(entry.settings());
      var config = all.toConfig();
      if (config.tls() != null) {
        found.add(config);
      }
    }
    return found;
  }

  @Override
  public boolean forwardsClientCert() {
    return settings.entries().stream()
        .anyMatch(entry -> entry.settings().toConfig().forwardClientCert());
  }
}
