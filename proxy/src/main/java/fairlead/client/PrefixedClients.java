package fairlead.client;

import fairlead.config.Prefixed;
import fairlead.naming.Path;

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
    return settings.of(id).stream().reduce(base, ClientSettings::overriddenBy).toConfig();
  }
}
