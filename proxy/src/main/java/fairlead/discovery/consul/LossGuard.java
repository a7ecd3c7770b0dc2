package fairlead.discovery.consul;

import fairlead.naming.Endpoint;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When to believe that endpoints of a service are gone ({@code spec/faults.md} F1, F7, F8). Owned
 * by one {@link ServiceState}.
 *
 * <p>A loss is <i>sudden</i> when nothing is left, when a fifth or less of {@link #MANY} or more
 * endpoints is left, or when Consul was in trouble less than a grace ago: an agent or server that
 * restarts tells of its services bit by bit, and calls each critical until its check has run. Any
 * other loss is believed at once. An endpoint that is lost suddenly is kept, and
 *
 * <ul>
 *   <li>believed lost at once when it is listed as unhealthy by a check that ran, or in
 *       maintenance: that is the explicit way to take a service down without delay;
 *   <li>kept for {@link #UNCHECKED_GRACES} graces while it is listed and critical only by checks
 *       that have not run yet;
 *   <li>believed lost, when it is listed no more, once an answer that looks healthy says the same a
 *       whole grace after the first. If there was a sign of trouble, two such answers are needed, a
 *       grace apart, and each new sign starts that anew.
 * </ul>
 */
final class LossGuard {
  /** From here on the fall to a fifth is no everyday event. */
  static final int MANY = 5;

  /** The agent spreads first runs over a whole check interval, 10 s as a rule. */
  static final int UNCHECKED_GRACES = 3;

  private static final int FEW = 5;
  private static final Duration LEAST_PAUSE = Duration.ofMillis(500);
  private static final int ASKED_PER_GRACE = 5;

  /**
   * What an answer says beside the endpoints that it has.
   *
   * @param unhealthy where instances are that a check which ran, or maintenance, takes out
   * @param unchecked where instances are that only checks which have not run yet take out
   */
  record Evidence(
      Set<InetSocketAddress> unhealthy, Set<InetSocketAddress> unchecked, Signs signs) {}

  private final long graceNanos;
  private Map<InetSocketAddress, Loss> losses = Map.of();
  private boolean everTroubled;
  private long troubledNanos;

  LossGuard(Duration grace) {
    this.graceNanos = grace.toNanos();
  }

  /** Whether something is being kept. */
  boolean holding() {
    return !losses.isEmpty();
  }

  /** Nothing is kept any more. */
  void reset() {
    losses = Map.of();
  }

  /** Consul failed, or is not to be trusted just now. */
  void troubled(long nowNanos) {
    everTroubled = true;
    troubledNanos = nowNanos;
  }

  /** Whether trouble is less than a grace ago. */
  boolean inTrouble(long nowNanos) {
    return everTroubled && nowNanos - troubledNanos < graceNanos;
  }

  /** The endpoints of {@code before} that {@code found} no longer has and that are kept. */
  Set<Endpoint> keep(Set<Endpoint> before, Set<Endpoint> found, Evidence evidence, long nowNanos) {
    var there = found.stream().map(Endpoint::address).collect(Collectors.toSet());
    boolean sudden = isSudden(before.size(), found.size(), nowNanos);
    boolean doubtful = evidence.signs().doubtful(found.isEmpty());
    var still = new HashMap<InetSocketAddress, Loss>();
    for (Endpoint endpoint : before) {
      var at = endpoint.address();
      if (there.contains(at)) {
        continue;
      }
      Loss known = losses.get(at);
      Loss loss = known == null && sudden ? new Loss(endpoint, nowNanos) : known;
      if (loss != null && !loss.believed(evidence, doubtful, nowNanos)) {
        still.put(at, loss);
      }
    }
    losses = still;
    return still.values().stream().map(loss -> loss.endpoint).collect(Collectors.toSet());
  }

  private boolean isSudden(int before, int found, long nowNanos) {
    boolean nearlyNothing = before >= MANY && found * FEW <= before;
    return found == 0 || (graceNanos > 0 && nearlyNothing) || inTrouble(nowNanos);
  }

  /** How long until it is worth asking again. */
  Duration askAgainIn(long nowNanos) {
    long pause = Math.max(LEAST_PAUSE.toNanos(), graceNanos / ASKED_PER_GRACE);
    for (Loss loss : losses.values()) {
      long left = graceNanos - (nowNanos - loss.sinceNanos);
      pause = left > 0 ? Math.min(pause, left) : pause;
    }
    return Duration.ofNanos(pause);
  }

  /** One endpoint that is kept although it is lost. */
  private final class Loss {
    private final Endpoint endpoint;
    private final long firstNanos;
    private long sinceNanos;
    private boolean troubled;
    private int confirmations;

    Loss(Endpoint endpoint, long nowNanos) {
      this.endpoint = endpoint;
      this.firstNanos = nowNanos;
      this.sinceNanos = nowNanos;
    }

    boolean believed(Evidence evidence, boolean doubtful, long nowNanos) {
      if (evidence.unchecked().contains(endpoint.address())) {
        startAnew(nowNanos);
        return nowNanos - firstNanos >= UNCHECKED_GRACES * graceNanos;
      }
      if (evidence.unhealthy().contains(endpoint.address())) {
        return true;
      }
      if (doubtful) {
        troubled = true;
        startAnew(nowNanos);
        return false;
      }
      // What Consul left out it may still list: only the whole list confirms.
      if (!evidence.signs().filteredByConsul() && nowNanos - sinceNanos >= graceNanos) {
        confirmations++;
        sinceNanos = nowNanos;
      }
      return confirmations >= (troubled ? 2 : 1);
    }

    private void startAnew(long nowNanos) {
      confirmations = 0;
      sinceNanos = nowNanos;
    }
  }
}
