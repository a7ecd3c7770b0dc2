package fairlead.launcher;

import fairlead.admin.AdminConfig;
import fairlead.config.Block;
import fairlead.config.ConfigText;
import fairlead.config.Problems;
import fairlead.config.Secret;
import fairlead.config.Setting;
import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Scalar;
import fairlead.config.Setting.Sequence;
import fairlead.config.SettingReader;
import fairlead.config.Variables;
import fairlead.discovery.ConsulAgentReader;
import fairlead.discovery.NamerConfig.ConsulAgent;
import fairlead.identity.ConsulPlace;
import fairlead.identity.HostIdentity;
import fairlead.identity.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From the text of a configuration to what runs, or to every fault in it: parse, replace variables,
 * read.
 */
public final class ConfigurationLoader {
  private ConfigurationLoader() {}

  /**
   * What became of a text.
   *
   * @param configuration null when there are problems
   * @param tree with variables replaced; null when the text was no document
   * @param notes lines for the log: which host this is and why, what has no effect
   */
  public record Loaded(
      @Nullable Configuration configuration,
      Problems problems,
      @Nullable Mapping tree,
      List<String> notes) {}

  /** Loads {@code text} on {@code machine}. Blocks: files, DNS and metadata services are asked. */
  public static Loaded load(ConfigText text, Machine machine) {
    var problems = new Problems();
    Mapping parsed = SettingReader.read(text, problems);
    if (parsed == null) {
      return new Loaded(null, problems, null, List.of());
    }
    List<String> notes = new ArrayList<>();
    var identity = new HostIdentity(machine, agentOf(parsed, machine), notes::add);
    var variables = new Variables(machine.environment(), identity.sources());
    Mapping tree = variables.expand(parsed, problems);
    var reader =
        new ConfigurationReader(
            machine.environment(), () -> identity.resolve().address(), problems);
    Configuration configuration = reader.read(tree);
    notes.addAll(NoEffect.in(tree));
    return new Loaded(problems.isEmpty() ? configuration : null, problems, tree, notes);
  }

  /**
   * Only the {@code admin} block, whatever else the text says and this host is; null when there are
   * problems. Blocks.
   */
  static @Nullable AdminConfig admin(ConfigText text, Machine machine, Problems problems) {
    Mapping parsed = SettingReader.read(text, problems);
    if (parsed == null) {
      return null;
    }
    var block = parsed.entries().stream().filter(entry -> entry.key().equals("admin")).toList();
    var identity = new HostIdentity(machine, agentOf(parsed, machine), _ -> {});
    var variables = new Variables(machine.environment(), identity.sources());
    var reader =
        new ConfigurationReader(
            machine.environment(), () -> identity.resolve().address(), problems);
    AdminConfig admin =
        reader.readAdmin(variables.expand(new Mapping(parsed.at(), block), problems));
    return problems.isEmpty() ? admin : null;
  }

  /** What knows this host, asking the agent that {@code text} names; nothing is asked yet. */
  static HostIdentity identity(ConfigText text, Machine machine) {
    Mapping parsed = SettingReader.read(text, new Problems());
    return new HostIdentity(
        machine, parsed == null ? ConsulPlace.DEFAULT : agentOf(parsed, machine), _ -> {});
  }

  /** The agent of the first Consul namer or interpreter, as far as it can be told this early. */
  private static ConsulPlace agentOf(Mapping parsed, Machine machine) {
    Mapping block = firstOfKind(parsed, Set.of("io.l5d.consul", "io.l5d.consul.interpreter"));
    if (block == null) {
      return ConsulPlace.DEFAULT;
    }
    // Faults of these values are told when the whole tree is expanded; here they mean the default.
    Mapping quiet = new Variables(machine.environment(), Map.of()).expand(block, new Problems());
    ConsulAgent agent = ConsulAgentReader.read(new Block(quiet, "", new Problems()), "mode");
    return new ConsulPlace(agent.host(), agent.port(), tokenOf(agent), agent.tls());
  }

  /** A file that cannot be read means no token: the agent's answer says what is missing. */
  private static @Nullable String tokenOf(ConsulAgent agent) {
    Secret token = agent.token();
    if (token != null || agent.tokenFile() == null) {
      return token == null ? null : token.value();
    }
    try {
      return Files.readString(agent.tokenFile()).strip();
    } catch (IOException _) {
      return null;
    }
  }

  private static @Nullable Mapping firstOfKind(Setting setting, Set<String> kinds) {
    if (setting instanceof Sequence(var _, var items)) {
      return firstIn(items, kinds);
    }
    if (setting instanceof Mapping mapping) {
      String kind = text(mapping, "kind");
      return kind != null && kinds.contains(kind)
          ? mapping
          : firstIn(mapping.entries().stream().map(Setting.Entry::value).toList(), kinds);
    }
    return null;
  }

  private static @Nullable Mapping firstIn(List<Setting> settings, Set<String> kinds) {
    for (Setting setting : settings) {
      Mapping found = firstOfKind(setting, kinds);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable String text(Mapping mapping, String key) {
    return mapping.get(key) instanceof Scalar scalar ? scalar.text() : null;
  }
}
