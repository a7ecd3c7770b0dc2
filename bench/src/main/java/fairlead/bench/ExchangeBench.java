package fairlead.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole exchange through listener, codec, router, pool and backend. Caller and backend allocate
 * nothing, so {@code -prof gc} shows what a request allocates on the fast path ({@code
 * gc.alloc.rate.norm}); its time is mostly that of threads waking each other.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xms256m", "-Xmx256m"})
public class ExchangeBench {
  private @Nullable Loopback loopback;

  @Setup
  public void start() throws IOException {
    loopback = new Loopback();
  }

  @TearDown
  public void stop() throws IOException {
    if (loopback != null) {
      loopback.close();
    }
  }

  @Benchmark
  public int keepAlive() throws IOException {
    return loopback == null ? 0 : loopback.exchange();
  }
}
