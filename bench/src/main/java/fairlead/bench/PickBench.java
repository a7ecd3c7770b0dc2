package fairlead.bench;

import fairlead.balance.BalancerConfig;
import fairlead.balance.BalancerConfig.Affinity;
import fairlead.balance.Hashing;
import fairlead.balance.Node;
import fairlead.balance.PeakEwma;
import fairlead.balance.Picker;
import fairlead.balance.Pickers;
import fairlead.balance.Ring;
import fairlead.balance.Sessions;
import fairlead.balance.SlowStart;
import fairlead.naming.Endpoint;
import fairlead.telemetry.MetricsTree;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One pick of an endpoint whose load eight event loops share. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBench {
  private static final int LOOPS = 8;

  @Param({"2", "20", "1000"})
  public int endpoints;

  @Param({"p2c", "ewma", "aperture", "heap", "roundRobin", "ringHash"})
  public String kind = "p2c";

  private @Nullable Picker<One> picker;
  private long key;

  /** An endpoint that is up. */
  public record One(Sessions sessions, @Nullable PeakEwma cost) implements Node {
    @Override
    public double load() {
      int pending = sessions.sum();
      return cost == null ? pending : cost.load(pending, 1_000_000);
    }

    @Override
    public Status status() {
      return Status.OPEN;
    }

    @Override
    public double weight() {
      return 1;
    }
  }

  @Setup
  public void build() {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    var algorithm = algorithm(kind);
    var pickers =
        new Pickers(
            new BalancerConfig(algorithm, false, SlowStart.OFF), () -> 0L, new MetricsTree());
    var nodes =
        IntStream.range(0, endpoints).mapToObj(_ -> node(algorithm, random.nextInt(9))).toList();
    Ring ring = algorithm instanceof BalancerConfig.RingHash ? Ring.of(addresses()) : null;
    picker = pickers.over(nodes, ring, random);
  }

  private List<Endpoint> addresses() {
    return IntStream.range(0, endpoints)
        .mapToObj(i -> new Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), i)))
        .toList();
  }

  private static One node(BalancerConfig.Algorithm algorithm, int load) {
    var sessions = new Sessions(LOOPS);
    sessions.set(load % LOOPS, load);
    if (!(algorithm instanceof BalancerConfig.Ewma(var _, var decayTime))) {
      return new One(sessions, null);
    }
    var cost = new PeakEwma(decayTime, LOOPS, 0);
    for (int i = 0; i < LOOPS; i++) {
      cost.part(i).observe(1_000_000L * (load + 1), 1000);
    }
    return new One(sessions, cost);
  }

  private static BalancerConfig.Algorithm algorithm(String kind) {
    return switch (kind) {
      case "ewma" -> new BalancerConfig.Ewma(5, Duration.ofSeconds(10));
      case "aperture" -> new BalancerConfig.Aperture(5, Duration.ofSeconds(5), 0.5, 2.0, 10);
      case "heap" -> new BalancerConfig.Heap();
      case "roundRobin" -> new BalancerConfig.RoundRobin(5);
      case "ringHash" -> new BalancerConfig.RingHash(5, new Affinity.CallerAddress());
      default -> new BalancerConfig.P2c(5);
    };
  }

  @Benchmark
  public @Nullable One pick() {
    key = Hashing.mix(key + 1);
    return picker == null ? null : picker.pick(key);
  }
}
