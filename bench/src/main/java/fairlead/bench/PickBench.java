package fairlead.bench;

import fairlead.balance.Node;
import fairlead.balance.P2cPicker;
import fairlead.telemetry.MetricsTree;
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

/** One pick of an endpoint. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBench {
  @Param({"2", "20", "1000"})
  public int endpoints;

  private @Nullable P2cPicker<Endpoint> picker;

  /** An endpoint that is up and has this much to do. */
  public record Endpoint(int load) implements Node {
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
    picker =
        new P2cPicker<>(
            IntStream.range(0, endpoints).mapToObj(_ -> new Endpoint(random.nextInt(9))).toList(),
            random,
            5,
            new MetricsTree().counter("max_effort_exhausted"));
  }

  @Benchmark
  public @Nullable Endpoint p2c() {
    return picker == null ? null : picker.pick();
  }
}
