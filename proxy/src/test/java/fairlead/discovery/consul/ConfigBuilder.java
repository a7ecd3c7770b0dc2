package fairlead.discovery.consul;

import fairlead.config.Secret;
import fairlead.discovery.NamerConfig;
import fairlead.discovery.NamerConfig.Consistency;
import fairlead.discovery.NamerConfig.ConsulAgent;
import fairlead.discovery.NamerConfig.HealthStatus;
import fairlead.discovery.NamerConfig.Scope;
import fairlead.discovery.NamerConfig.TagWeight;
import fairlead.discovery.NamerConfig.Watching;
import fairlead.naming.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A namer's configuration with the defaults of the specification, for tests to change. */
public final class ConfigBuilder {
  public String host = "localhost";
  public int port = 8500;
  public @Nullable Secret token;
  public java.nio.file.@Nullable Path tokenFile;
  public Consistency consistency = Consistency.DEFAULT;
  public boolean failFast;
  public boolean includeTag;
  public boolean useHealthCheck;
  public Set<HealthStatus> healthStatuses = Set.of(HealthStatus.PASSING);
  public boolean setHost;
  public boolean preferServiceAddress = true;
  public List<TagWeight> weights = List.of();
  public boolean transferMetadata;
  public Scope scope = Scope.CLUSTER;
  public Duration waitTime = Duration.ofMinutes(1);
  public Duration emptyGrace = Duration.ofSeconds(10);
  public int maxConnections = 100;
  public java.nio.file.@Nullable Path stateDir;

  public NamerConfig.Consul build() {
    return new NamerConfig.Consul(
        Path.of("io.l5d.consul"),
        List.of(),
        new ConsulAgent(host, port, token, tokenFile, consistency, null, failFast),
        includeTag,
        useHealthCheck,
        healthStatuses,
        setHost,
        preferServiceAddress,
        weights,
        transferMetadata,
        scope,
        new Watching(waitTime, emptyGrace, maxConnections, stateDir));
  }
}
