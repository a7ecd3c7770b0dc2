package fairlead.balance;

import fairlead.activity.Watch;
import fairlead.balance.BalancerConfig.Aperture;
import fairlead.balance.BalancerConfig.Ewma;
import fairlead.balance.BalancerConfig.Heap;
import fairlead.balance.BalancerConfig.P2c;
import fairlead.balance.BalancerConfig.RingHash;
import fairlead.balance.BalancerConfig.RoundRobin;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes the pickers of one client, one for each event loop and set. Any thread. */
public final class Pickers implements Watch {
  private final BalancerConfig config;
  private final PickerShared shared;
  private final LongSupplier nanos;
  private final Metrics metrics;
  private final Watch algorithm;

  /** By weight: each class of weights has an aperture of its own (§5). */
  private final Map<Double, ApertureControl> apertures = new ConcurrentHashMap<>();

  /**
   * Of a client.
   *
   * @param nanos the time
   * @param metrics the scope {@code loadbalancer}
   */
  public Pickers(BalancerConfig config, LongSupplier nanos, Metrics metrics) {
    this.config = config;
    this.shared = PickerShared.in(metrics);
    this.nanos = nanos;
    this.metrics = metrics;
    this.algorithm = metrics.scope("algorithm").gauge(config.algorithm().gauge(), () -> 1);
  }

  /** Counts endpoints outside an aperture whose connections were closed. */
  public Counter expired() {
    return metrics.counter("expired");
  }

  public PickerShared shared() {
    return shared;
  }

  /**
   * A picker for one event loop.
   *
   * @param ring of {@code nodes} in this order, when the configuration asks for one
   * @param random of the loop
   */
  public <N extends Node> Picker<N> over(
      List<N> nodes, @Nullable Ring ring, RandomGenerator random) {
    if (ring != null) {
      return new RingPicker<>(ring, nodes, weighted(nodes, random));
    }
    return weighted(nodes, random);
  }

  private <N extends Node> Picker<N> weighted(List<N> nodes, RandomGenerator random) {
    return WeightedPicker.over(nodes, group -> alike(group, random), random, shared);
  }

  /** A picker over nodes of the same weight. */
  private <N extends Node> Picker<N> alike(List<N> nodes, RandomGenerator random) {
    return switch (config.algorithm()) {
      case P2c(int maxEffort) -> new P2cPicker<>(nodes, random, maxEffort, shared);
      case Ewma(int maxEffort, var _) -> new P2cPicker<>(nodes, random, maxEffort, shared);
      case RingHash(int maxEffort, var _) -> new P2cPicker<>(nodes, random, maxEffort, shared);
      case Heap() -> new LeastLoadedPicker<>(nodes, random);
      case RoundRobin(int maxEffort) -> new RoundRobinPicker<>(nodes, random, maxEffort, shared);
      case Aperture aperture ->
          new AperturePicker<>(
              nodes, random, aperture.maxEffort(), control(aperture, nodes), shared);
    };
  }

  private ApertureControl control(Aperture aperture, List<? extends Node> nodes) {
    double weight = nodes.isEmpty() ? 1 : nodes.getFirst().weight();
    return apertures.computeIfAbsent(weight, _ -> new ApertureControl(aperture, nanos, metrics));
  }

  @Override
  public void close() {
    algorithm.close();
    apertures.values().forEach(Watch::close);
  }
}
