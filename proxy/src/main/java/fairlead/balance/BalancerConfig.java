package fairlead.balance;

import java.time.Duration;

/**
 * How endpoints are picked ({@code spec/client.md} §4). Immutable.
 *
 * @param probation endpoints that discovery drops stay while they are open (§6)
 */
public record BalancerConfig(Algorithm algorithm, boolean probation, SlowStart slowStart) {
  /** {@code spec/client.md} §4: p2c, five tries. */
  public static final BalancerConfig DEFAULT = new BalancerConfig(new P2c(5), false, SlowStart.OFF);

  /** Which endpoint is better. */
  public sealed interface Algorithm {
    /** Its name in the gauge {@code algorithm/…}. */
    String gauge();
  }

  /** §4.1. */
  public record P2c(int maxEffort) implements Algorithm {
    @Override
    public String gauge() {
      return "p2c_least_loaded";
    }
  }

  /** §4.2. */
  public record Ewma(int maxEffort, Duration decayTime) implements Algorithm {
    @Override
    public String gauge() {
      return "p2c_peak_ewma";
    }
  }

  /** §4.3. */
  public record Aperture(
      int maxEffort, Duration smoothWindow, double lowLoad, double highLoad, int minAperture)
      implements Algorithm {
    @Override
    public String gauge() {
      return "aperture_least_loaded";
    }
  }

  /** §4.4. */
  public record Heap() implements Algorithm {
    @Override
    public String gauge() {
      return "heap_least_loaded";
    }
  }

  /** §4.5. */
  public record RoundRobin(int maxEffort) implements Algorithm {
    @Override
    public String gauge() {
      return "round_robin";
    }
  }

  /** The same endpoint for the same key. Not of Linkerd. */
  public record RingHash(int maxEffort, Affinity affinity) implements Algorithm {
    @Override
    public String gauge() {
      return "ring_hash";
    }
  }

  /** What requests that belong together have in common. */
  public sealed interface Affinity {
    /** The first value of a header. */
    record Header(String name) implements Affinity {}

    /** The first cookie of this name. */
    record Cookie(String name) implements Affinity {}

    /** Where the caller's connection comes from. */
    record CallerAddress() implements Affinity {}
  }
}
