package fairlead.discovery;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.config.PrefixPatterns;
import fairlead.config.Surroundings;
import fairlead.discovery.NamerConfig.HealthStatus;
import fairlead.discovery.NamerConfig.Scope;
import fairlead.discovery.NamerConfig.TagWeight;
import fairlead.discovery.NamerConfig.Watching;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code namers} ({@code spec/discovery.md} §1–3, §6). */
public final class NamerConfigReader {
  private static final Map<String, HealthStatus> STATUSES =
      Map.of(
          "passing", HealthStatus.PASSING,
          "warning", HealthStatus.WARNING,
          "critical", HealthStatus.CRITICAL,
          "maintenance", HealthStatus.MAINTENANCE);
  private static final Map<String, Scope> SCOPES =
      Map.of("cluster", Scope.CLUSTER, "agent", Scope.AGENT);

  private NamerConfigReader() {}

  /** The namer that {@code block} says, or null after a fault. */
  public static @Nullable NamerConfig read(Block block, Surroundings around) {
    Kinds<NamerConfig> kinds =
        Kinds.<NamerConfig>of("namer")
            .built("io.l5d.consul", b -> consul(b, around))
            .built("io.l5d.fs", b -> fs(b, around))
            .built("io.l5d.rewrite", b -> rewrite(b, around));
    UnbuiltNamers.addTo(kinds, around);
    return kinds.read(block);
  }

  private static NamerConfig fs(Block block, Surroundings around) {
    return new NamerConfig.Fs(
        block.path("prefix", Path.of("io.l5d.fs")),
        TransformerConfigReader.read(block, around),
        block.requiredDirectory("rootDir", "name the directory with one file a service"));
  }

  private static NamerConfig rewrite(Block block, Surroundings around) {
    String pattern = block.requiredText("pattern", "write one, such as /{service}/api");
    String name = block.requiredText("name", "write the new name, such as /srv/{service}");
    PrefixPatterns.check(block, "pattern", pattern);
    checkTemplate(block, name);
    return new NamerConfig.Rewrite(
        block.requiredPath("prefix", "write one, such as /rewritten"),
        TransformerConfigReader.read(block, around),
        pattern,
        name);
  }

  /** The name must be a path once its variables are in. */
  private static void checkTemplate(Block block, String name) {
    try {
      Paths.parse(name.replaceAll("\\{[^{}/]*\\}", "x"));
    } catch (fairlead.naming.NameSyntaxException _) {
      if (!name.isBlank()) {
        block.fault(
            "name", block.shown("name") + " makes no path; write one, such as /srv/{service}");
      }
    }
  }

  private static NamerConfig consul(Block block, Surroundings around) {
    boolean useHealthCheck = block.flag("useHealthCheck", false);
    Scope scope = block.word("scope", "scope", SCOPES, Scope.CLUSTER);
    block.integer("fixedLengthStreamedAfterKB", 0, Integer.MAX_VALUE);
    return new NamerConfig.Consul(
        block.path("prefix", Path.of("io.l5d.consul")),
        TransformerConfigReader.read(block, around),
        ConsulAgentReader.read(block, "consistencyMode"),
        block.flag("includeTag", false),
        useHealthCheck,
        statuses(block),
        block.flag("setHost", false),
        block.flag("preferServiceAddress", true),
        weights(block),
        block.flag("transferMetadata", false),
        scope,
        watching(block, around));
  }

  private static Set<HealthStatus> statuses(Block block) {
    Set<HealthStatus> statuses = EnumSet.noneOf(HealthStatus.class);
    for (Block.Item item : block.list("healthStatuses")) {
      statuses.add(item.in().word(item.key(), "health status", STATUSES, HealthStatus.PASSING));
    }
    return statuses.isEmpty() ? Set.of(HealthStatus.PASSING) : Set.copyOf(statuses);
  }

  private static List<TagWeight> weights(Block block) {
    List<TagWeight> weights = new ArrayList<>();
    for (Block entry : block.blocks("weights")) {
      String tag = entry.requiredText("tag", "write the tag");
      if (!entry.has("weight")) {
        entry.missing("weight", "write a number such as 0.5");
      }
      weights.add(new TagWeight(tag, entry.number("weight", 1, 0, Double.MAX_VALUE)));
      entry.end();
    }
    return weights;
  }

  private static Watching watching(Block block, Surroundings around) {
    Watching usual = Watching.DEFAULT;
    return new Watching(
        block.seconds("waitSecs", usual.waitTime(), 1, 600),
        block.millis("emptyGraceMs", usual.emptyGrace(), 0),
        block.integer("maxConnections", usual.maxConnections(), 1, 10_000),
        around.stateDir());
  }
}
