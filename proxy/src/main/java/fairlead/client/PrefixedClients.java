package fairlead.client;

import fairlead.naming.Path;
import fairlead.naming.PathPattern;
import java.util.List;

/**
 * Settings by the beginning of the id: every entry that matches counts, later ones win sub-block by
 * sub-block ({@code spec/config.md} §8.4). Immutable.
 */
record PrefixedClients(List<Entry> entries) implements ClientConfigs {
  /** Settings of the ids that {@code prefix} matches. */
  record Entry(PathPattern prefix, ClientSettings settings) {}

  PrefixedClients {
    entries = List.copyOf(entries);
  }

  @Override
  public ClientConfig of(Path id) {
    return entries.stream()
        .filter(entry -> entry.prefix.match(id).isPresent())
        .map(Entry::settings)
        .reduce(ClientSettings.NONE, ClientSettings::overriddenBy)
        .toConfig();
  }
}
