package fairlead.discovery.consul;

import fairlead.activity.Watch;
import fairlead.discovery.consul.AgentRegistrations.Report;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One service as far as it is registered with the agent that is asked. Control executor only. */
final class AgentFeed implements ServiceFeed {
  private final ServiceKey key;
  private final AgentRegistrations registrations;
  private final ServiceState state;
  private @Nullable Report lastTold;

  AgentFeed(
      ServiceKey key,
      @Nullable String authority,
      ConsulParts parts,
      AgentRegistrations registrations) {
    this.key = key;
    this.registrations = registrations;
    // Asked again every second as it is.
    this.state = new ServiceState(key, authority, parts, _ -> {});
  }

  @Override
  public Watch start() {
    lastTold = null;
    return registrations.listen(this::told);
  }

  private void told(Report report) {
    if (report.equals(lastTold) && state.settled()) {
      return;
    }
    lastTold = report;
    switch (report) {
      case Report.Registered(var services) ->
          state.saw(
              services.getOrDefault(key.service(), List.of()).stream()
                  .filter(this::hasTag)
                  .toList(),
              Signs.NONE); // the agent knows its own, whatever the cluster does
      case Report.Unknown(var trouble) -> state.failed(trouble);
    }
  }

  private boolean hasTag(Instance instance) {
    return key.tag() == null
        || instance.tags().stream().anyMatch(t -> t.toLowerCase(Locale.ROOT).equals(key.tag()));
  }

  @Override
  public boolean busy() {
    return false;
  }

  @Override
  public ServiceState state() {
    return state;
  }

  @Override
  public Map<String, Object> poll() {
    return registrations.poll();
  }
}
