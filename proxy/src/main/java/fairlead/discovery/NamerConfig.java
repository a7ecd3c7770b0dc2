package fairlead.discovery;

import fairlead.config.Secret;
import fairlead.naming.Path;
import fairlead.tls.ClientTls;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A configured namer: one record a kind ({@code spec/discovery.md}). Immutable. */
public sealed interface NamerConfig {
  /** The kind as written in the configuration. */
  String kind();

  /** What follows {@code /#} in the names that this namer answers. */
  Path prefix();

  /** In the order listed: the first is applied first. */
  List<TransformerConfig> transformers();

  /** {@code io.l5d.fs} (§2). */
  record Fs(Path prefix, List<TransformerConfig> transformers, java.nio.file.Path rootDir)
      implements NamerConfig {
    @Override
    public String kind() {
      return "io.l5d.fs";
    }
  }

  /**
   * {@code io.l5d.rewrite} (§6).
   *
   * @param pattern prefix pattern of {@code spec/config.md} §8.2
   * @param name path text with {@code {variables}}
   */
  record Rewrite(Path prefix, List<TransformerConfig> transformers, String pattern, String name)
      implements NamerConfig {
    @Override
    public String kind() {
      return "io.l5d.rewrite";
    }
  }

  /** {@code io.l5d.consul} (§3, and what §4 adds). */
  record Consul(
      Path prefix,
      List<TransformerConfig> transformers,
      ConsulAgent agent,
      boolean includeTag,
      boolean useHealthCheck,
      Set<HealthStatus> healthStatuses,
      boolean setHost,
      boolean preferServiceAddress,
      List<TagWeight> weights,
      boolean transferMetadata,
      Scope scope,
      Watching watching)
      implements NamerConfig {
    @Override
    public String kind() {
      return "io.l5d.consul";
    }
  }

  /**
   * Whose registrations count: the whole cluster's, or only those made with the agent that is
   * asked.
   */
  enum Scope {
    CLUSTER,
    AGENT
  }

  /**
   * As Consul words them; {@code MAINTENANCE} is told by the reserved check ids. Order: best first.
   */
  enum HealthStatus {
    PASSING,
    WARNING,
    CRITICAL,
    MAINTENANCE
  }

  /** The weight of instances with this tag. */
  record TagWeight(String tag, double weight) {}

  /**
   * How names are watched; our own keys, with defaults.
   *
   * @param waitTime {@code wait} of blocking queries; the client gives up at waitTime + 10 s, or at
   *     waitTime × 17/16 + 5 s if that is later
   * @param emptyGrace how long endpoints that were suddenly lost are kept; 0 for not at all
   * @param maxConnections to one agent, of this namer
   * @param stateDir where last good sets are kept on disk; null for nowhere
   */
  record Watching(
      Duration waitTime,
      Duration emptyGrace,
      int maxConnections,
      java.nio.file.@Nullable Path stateDir) {
    public static final Watching DEFAULT =
        new Watching(Duration.ofMinutes(1), Duration.ofSeconds(10), 100, null);
  }

  /**
   * How to reach Consul's HTTP API; shared with the Consul interpreter.
   *
   * @param tokenFile re-read when it changes; wins over {@code token}
   * @param failFast whether requests fail at once while nobody listens there, one in a while apart
   */
  record ConsulAgent(
      String host,
      int port,
      @Nullable Secret token,
      java.nio.file.@Nullable Path tokenFile,
      Consistency consistency,
      @Nullable ClientTls tls,
      boolean failFast) {}

  /** {@code consistencyMode}. */
  enum Consistency {
    DEFAULT,
    STALE,
    CONSISTENT
  }
}
