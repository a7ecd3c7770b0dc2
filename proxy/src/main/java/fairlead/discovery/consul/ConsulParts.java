package fairlead.discovery.consul;

import fairlead.activity.SerialExecutor;
import fairlead.client.control.ControlRuntime;
import fairlead.discovery.NamerConfig;
import fairlead.discovery.NamerConfig.HealthStatus;
import java.time.Instant;
import java.util.Set;

/** What all names of one namer share. Control executor only. */
record ConsulParts(
    NamerConfig.Consul config,
    ControlRuntime runtime,
    ConsulApi api,
    EndpointMaker endpoints,
    LastGoods lastGoods,
    ConsulMetrics metrics,
    TroubleLog troubles,
    StaleNames stale) {
  SerialExecutor control() {
    return runtime.control();
  }

  Instant now() {
    return runtime.clock().instant();
  }

  /** Whether Consul can leave out for us what is not accepted. */
  boolean filteredByConsul() {
    return config.useHealthCheck() && config.healthStatuses().equals(Set.of(HealthStatus.PASSING));
  }

  boolean accepts(Instance instance) {
    return !config.useHealthCheck() || config.healthStatuses().contains(instance.status());
  }
}
