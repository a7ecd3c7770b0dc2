package fairlead.discovery.consul;

import fairlead.activity.SerialExecutor;
import fairlead.telemetry.LogLimit;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for an outage, however many names it concerns, and one for its end. Control executor
 * only.
 */
final class TroubleLog {
  private static final Logger LOG = LoggerFactory.getLogger(ConsulNamer.class);

  private final String agent;
  private final SerialExecutor control;
  private final Set<ServiceKey> failing = new HashSet<>();
  private final Map<Trouble.Kind, LogLimit> limits = new EnumMap<>(Trouble.Kind.class);

  TroubleLog(String agent, SerialExecutor control) {
    this.agent = agent;
    this.control = control;
  }

  /** The trouble in one line, with who has it. */
  String show(Trouble trouble) {
    return "Consul at " + agent + ": " + trouble.reason();
  }

  void failed(ServiceKey key, Trouble trouble) {
    var limit = limits.computeIfAbsent(trouble.kind(), _ -> new LogLimit());
    if (failing.add(key) && limit.permits(control.nanos())) {
      LOG.warn(
          "Consul at {}: {} for {}; last good addresses are kept, asking again{}",
          agent,
          trouble.reason(),
          key.show(),
          trouble.kind() == Trouble.Kind.DENIED ? "; check the token and its policy" : "");
    } else {
      LOG.debug("Consul at {}: {} for {}", agent, trouble.reason(), key.show());
    }
  }

  void answered(ServiceKey key) {
    if (failing.remove(key) && failing.isEmpty()) {
      limits.clear();
      LOG.info("Consul at {} answers again", agent);
    }
  }

  /** Nobody asks for {@code key} any more. */
  void forget(ServiceKey key) {
    failing.remove(key);
  }
}
