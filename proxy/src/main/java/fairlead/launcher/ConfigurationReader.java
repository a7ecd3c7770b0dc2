package fairlead.launcher;

import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.admin.AdminConfig;
import fairlead.admin.AdminConfigReader;
import fairlead.config.Block;
import fairlead.config.Claims;
import fairlead.config.Position;
import fairlead.config.Problems;
import fairlead.config.Setting.Mapping;
import fairlead.config.Surroundings;
import fairlead.discovery.NamerConfig;
import fairlead.discovery.NamerConfigReader;
import fairlead.routing.RouterConfig;
import fairlead.routing.RouterConfigReader;
import fairlead.telemetry.MetricsConfigReader;
import fairlead.telemetry.TelemeterConfig;
import fairlead.telemetry.TelemeterConfigReader;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the top level of a configuration ({@code spec/config.md} §3, §4). */
final class ConfigurationReader {
  /** Below the 30 s after which ECS kills by default ({@code spec/ecs.md} §1). */
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(25);

  private static final String GRACE_VARIABLE = "FAIRLEAD_DRAIN_MS";

  /** The two keys that only a namerd's file has ({@code spec/discovery.md} §16). */
  private static final List<String> NAMERD = List.of("storage", "interfaces");

  private final Map<String, String> environment;
  private final Surroundings.Host host;
  private final Problems problems;

  ConfigurationReader(Map<String, String> environment, Surroundings.Host host, Problems problems) {
    this.environment = environment;
    this.host = host;
    this.problems = problems;
  }

  /** All that {@link #read} reads. */
  static ObjectNode schema() {
    var reader = new ConfigurationReader(Map.of(), InetAddress::getLoopbackAddress, new Problems());
    return new Schema(KeyMeanings.load()).of(reader::read);
  }

  /** What {@code tree} says; counts only when there was no fault. */
  Configuration read(Mapping tree) {
    return read(new Block(tree, "", problems));
  }

  private Configuration read(Block root) {
    var claims = new Claims(problems);
    Path stateDir = root.has("stateDir") ? root.requiredDirectory("stateDir", "") : null;
    var around = new Surroundings(host, claims, stateDir);
    List<NamerConfig> namers = namers(root, around);
    List<RouterConfig> routers = routers(root, around);
    AdminConfig admin = admin(root, claims);
    List<TelemeterConfig> telemeters = TelemeterConfigReader.read(root);
    var metrics = MetricsConfigReader.read(root.block("metrics"));
    boolean sharePorts = root.flag("sharePorts", false);
    if (sharePorts && admin.tls() != null) {
      root.fault(
          "sharePorts",
          "the next process asks the admin port in plain text; leave out admin.tls, or this");
    } else if (sharePorts && admin.port() == 0) {
      root.fault(
          "sharePorts",
          "the next process cannot find admin.port 0; write the port, or leave this out");
    }
    boolean watchConfig = root.flag("watchConfig", false);
    usage(root.block("usage"));
    namerd(root);
    root.end();
    claims.check();
    return new Configuration(
        routers, namers, telemeters, metrics, admin, watchConfig, stateDir, sharePorts);
  }

  /** What {@code tree}, of one block at most, says of the admin server. */
  AdminConfig readAdmin(Mapping tree) {
    return admin(new Block(tree, "", problems), new Claims(problems));
  }

  private static List<NamerConfig> namers(Block root, Surroundings around) {
    List<NamerConfig> namers = new ArrayList<>();
    for (Block block : root.blocks("namers")) {
      NamerConfig namer = NamerConfigReader.read(block, around);
      if (namer != null) {
        namers.add(namer);
      }
    }
    return namers;
  }

  private static List<RouterConfig> routers(Block root, Surroundings around) {
    List<RouterConfig> routers = new ArrayList<>();
    for (Block block : root.blocks("routers")) {
      RouterConfig router = RouterConfigReader.read(block, around);
      if (router != null) {
        routers.add(router);
      }
    }
    if (!root.has("routers") && NAMERD.stream().noneMatch(root.keys()::contains)) {
      root.missing("routers", "write at least one router");
    } else if (root.isEmptyList("routers")) {
      root.fault("routers", "the list is empty; write at least one router");
    }
    return routers;
  }

  private AdminConfig admin(Block root, Claims claims) {
    Block written = root.block("admin");
    Block admin = written == null ? Block.empty(root.at(), "admin", problems) : written;
    AdminConfig config = AdminConfigReader.read(admin, DEFAULT_GRACE, claims);
    Duration grace = graceOfEnvironment();
    return grace == null ? config : config.withShutdownGrace(grace);
  }

  /** The environment wins over the file, so that one file serves task definitions of any limit. */
  private @Nullable Duration graceOfEnvironment() {
    String text = environment.get(GRACE_VARIABLE);
    if (text == null || text.isEmpty()) {
      return null;
    }
    if (text.matches("[0-9]{1,9}")) {
      return Duration.ofMillis(Long.parseLong(text));
    }
    problems.add(
        new Position("$" + GRACE_VARIABLE, 1, 1),
        "",
        "'" + text + "' is not a number of milliseconds; use one such as 25000");
    return null;
  }

  private static void namerd(Block root) {
    for (String key : NAMERD) {
      if (root.keys().contains(key) && root.has(key)) {
        root.notBuilt(key, "this is a namerd's: keep rules in a file or in Consul's KV store");
      }
    }
  }

  private static void usage(@Nullable Block usage) {
    if (usage != null) {
      usage.text("orgId");
      usage.flag("enabled", false);
      usage.end();
    }
  }
}
