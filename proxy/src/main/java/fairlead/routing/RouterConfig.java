package fairlead.routing;

import fairlead.client.ClientConfigs;
import fairlead.interpreter.InterpreterConfig;
import fairlead.naming.Dtab;
import fairlead.naming.Path;
import fairlead.routing.identify.IdentifierConfig;
import fairlead.server.ServerConfig;
import fairlead.telemetry.access.AccessLogConfig;
import fairlead.telemetry.trace.Propagation;
import java.time.Duration;
import java.util.List;

/**
 * One http router ({@code spec/config.md} §6, §11). Immutable.
 *
 * @param identifiers tried in order; at least one
 * @param maxErrResponseBytes cap of the body of an error of ours
 * @param keptBodyBytes longest request body that is kept to be sent again
 * @param maxBodyBytes longest request body that is taken
 * @param compressionLevel of answers: -1 for texts only, 0 for none, 1 to 9 for all
 */
public record RouterConfig(
    String label,
    List<ServerConfig> servers,
    Dtab dtab,
    Path dstPrefix,
    List<IdentifierConfig> identifiers,
    InterpreterConfig interpreter,
    Duration bindingTimeout,
    BindingCache bindingCache,
    boolean originator,
    int maxInitialLineBytes,
    int maxHeadersBytes,
    int maxErrResponseBytes,
    int keptBodyBytes,
    long maxBodyBytes,
    int compressionLevel,
    List<AccessLogConfig> accessLogs,
    Propagation propagation,
    ServiceConfigs service,
    ClientConfigs client) {
  public RouterConfig {
    servers = List.copyOf(servers);
    identifiers = List.copyOf(identifiers);
    accessLogs = List.copyOf(accessLogs);
  }

  /** {@code bindingCache}: entries a layer, and how long an unused one may stay. */
  public record BindingCache(int paths, int trees, int bounds, int clients, Duration idleTtl) {
    public static final BindingCache DEFAULT =
        new BindingCache(1000, 1000, 1000, 1000, Duration.ofMinutes(10));
  }
}
