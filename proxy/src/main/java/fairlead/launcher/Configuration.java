package fairlead.launcher;

import fairlead.admin.AdminConfig;
import fairlead.discovery.NamerConfig;
import fairlead.routing.RouterConfig;
import fairlead.telemetry.MetricsConfig;
import fairlead.telemetry.TelemeterConfig;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole configuration without a fault ({@code spec/config.md} §3). Immutable.
 *
 * @param namers in the order written: the last whose prefix matches is asked first
 * @param sharePorts whether a second process of this user may take the ports over (decision 24)
 * @param watchConfig whether it is read again when its file changes
 * @param stateDir where last good values are kept; null for nowhere
 */
public record Configuration(
    List<RouterConfig> routers,
    List<NamerConfig> namers,
    List<TelemeterConfig> telemeters,
    MetricsConfig metrics,
    AdminConfig admin,
    boolean watchConfig,
    @Nullable Path stateDir,
    boolean sharePorts) {
  public Configuration {
    routers = List.copyOf(routers);
    namers = List.copyOf(namers);
    telemeters = List.copyOf(telemeters);
  }
}
