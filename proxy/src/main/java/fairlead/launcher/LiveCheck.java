package fairlead.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import fairlead.config.ConfigText;
import fairlead.config.Setting.Mapping;
import fairlead.json.Json;
import fairlead.launcher.ConfigDiff.Change;
import fairlead.launcher.ConfigurationLoader.Loaded;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code fairlead check --live}: what a reload would change, by the configuration that the running
 * proxy shows on its admin port. Blocks.
 */
final class LiveCheck {
  /** The page that shows the configuration. */
  private static final String SHOWN = "/config.json";

  private final Inputs inputs;

  LiveCheck(Inputs inputs) {
    this.inputs = inputs;
  }

  ExitCode run(@Nullable String config) {
    ConfigText text = inputs.open(config);
    if (text == null) {
      return ExitCode.USAGE;
    }
    Loaded loaded = inputs.load(text);
    Configuration configuration = loaded.configuration();
    Mapping tree = loaded.tree();
    if (configuration == null || tree == null) {
      inputs.err().print(loaded.problems().show());
      return ExitCode.CONFIGURATION;
    }
    try {
      String admin =
          inputs.environment().containsKey(HealthCommand.VARIABLE)
              ? HealthCommand.hostAndPort(inputs.environment())
              : ExplainCommand.adminAddress(configuration.admin());
      var client = new AdminClient(admin, HealthCommand.VARIABLE, configuration.admin().tls());
      var changes = ConfigDiff.between(running(client), SettingJson.of(tree));
      inputs.out().print(show(text.file(), admin, changes));
      inputs.out().flush();
      return ExitCode.OK;
    } catch (ExplainRequest.Unusable unusable) {
      inputs.err().println("fairlead: " + unusable.getMessage());
      return ExitCode.USAGE;
    } catch (IllegalArgumentException unreadable) {
      inputs.err().println("fairlead: " + unreadable.getMessage());
      return ExitCode.CONFIGURATION;
    } catch (IOException unreachable) {
      inputs.err().println("fairlead: " + unreachable.getMessage());
      return ExitCode.UNAVAILABLE;
    }
  }

  /** One line a change, and what a reload would do. */
  static String show(String file, String admin, List<Change> changes) {
    if (changes.isEmpty()) {
      return file
          + ": what runs on "
          + admin
          + " says the same (values of secrets are not compared)\n";
    }
    var text = new StringBuilder();
    for (Change change : changes) {
      text.append(change.show()).append(change.needsRestart() ? "  (needs a restart)" : "");
      text.append('\n');
    }
    long fixed = changes.stream().filter(Change::needsRestart).count();
    text.append(file).append(": ").append(changes.size());
    text.append(changes.size() == 1 ? " change" : " changes").append(" to what runs on ");
    text.append(admin).append("; ");
    text.append(
        fixed == 0
            ? "a reload makes them in place"
            : "a reload would be refused: " + fixed + " can be made by a restart only");
    return text.append(" (values of secrets are not compared)\n").toString();
  }

  private static JsonNode running(AdminClient admin) throws IOException {
    var answer = admin.get(SHOWN);
    if (answer.status() != 200) {
      throw admin.unexpected(SHOWN, Integer.toString(answer.status()));
    }
    try {
      return Json.read(answer.body());
    } catch (JsonProcessingException _) {
      throw admin.unexpected(SHOWN, "something else than its configuration");
    }
  }
}
