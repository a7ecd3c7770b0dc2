package fairlead.launcher;

import fairlead.config.Setting.Mapping;
import fairlead.config.Yaml;
import fairlead.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as the admin port shows it: {@code /config.json} and, with the origin of each
 * substituted value, {@code /config.yaml}. Secrets are masked. Immutable.
 */
record ShownConfig(String json, String yaml) {
  static final ShownConfig NOTHING = new ShownConfig("{}", "");

  static ShownConfig of(@Nullable Mapping tree) {
    return tree == null
        ? NOTHING
        : new ShownConfig(Json.write(SettingJson.of(tree)), Yaml.show(tree));
  }
}
