package fairlead.balance;

import fairlead.telemetry.MetricsTree;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A client of several event loops whose time is set by the test; loops take turns. */
final class SimClient {
  final MetricsTree metrics = new MetricsTree();
  final Pickers pickers;
  final List<SimNode.Shared> endpoints = new ArrayList<>();
  private final List<List<SimNode>> nodes = new ArrayList<>();
  private final List<Picker<SimNode>> loops = new ArrayList<>();
  long nanos;

  SimClient(BalancerConfig.Algorithm algorithm, int loops, long seed, double... weights) {
    this.pickers =
        new Pickers(new BalancerConfig(algorithm, false, SlowStart.OFF), () -> nanos, metrics);
    for (int i = 0; i < weights.length; i++) {
      endpoints.add(new SimNode.Shared("10.0.0." + i + ":80", weights[i], loops, algorithm, 0));
    }
    var chance = RandomGeneratorFactory.of("L64X128MixRandom");
    for (int i = 0; i < loops; i++) {
      addLoop(algorithm, i, chance.create(seed + i));
    }
  }

  private void addLoop(BalancerConfig.Algorithm algorithm, int loop, RandomGenerator random) {
    List<SimNode> all =
        endpoints.stream().map(shared -> new SimNode(shared, loop, () -> nanos)).toList();
    Ring ring = algorithm instanceof BalancerConfig.RingHash ? RingTest.ring(endpoints) : null;
    nodes.add(all);
    loops.add(pickers.over(all, ring, random));
  }

  SimNode pick(int loop) {
    return pick(loop, Picker.ANYWHERE);
  }

  SimNode pick(int loop, long key) {
    var picked = loops.get(loop).pick(key);
    if (picked == null) {
      throw new AssertionError("nobody was picked");
    }
    return picked;
  }

  SimNode node(int loop, int endpoint) {
    return nodes.get(loop).get(endpoint);
  }

  void status(int endpoint, Node.Status status) {
    endpoints.get(endpoint).status = status;
    pickers.shared().changed();
  }

  long count(String name) {
    return metrics.counter(name).sum();
  }
}
