package fairlead.balance;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An endpoint as one event loop sees it, with the figures that all loops share. */
final class SimNode implements Node {
  private final Shared shared;
  private final int loop;
  private final LongSupplier nanos;
  private final PeakEwma.@Nullable Part cost;
  private @Nullable ApertureControl aperture;
  private int sessions;

  /** What all loops know of one endpoint. */
  static final class Shared {
    final String name;
    final double weight;
    final Sessions sessions;
    final @Nullable PeakEwma cost;
    Status status = Status.OPEN;
    int prepared;

    Shared(String name, double weight, int loops, BalancerConfig.Algorithm algorithm, long now) {
      this.name = name;
      this.weight = weight;
      this.sessions = new Sessions(loops);
      this.cost =
          algorithm instanceof BalancerConfig.Ewma(var _, Duration decayTime)
              ? new PeakEwma(decayTime, loops, now)
              : null;
    }
  }

  SimNode(Shared shared, int loop, LongSupplier nanos) {
    this.shared = shared;
    this.loop = loop;
    this.nanos = nanos;
    this.cost = shared.cost == null ? null : shared.cost.part(loop);
  }

  Shared shared() {
    return shared;
  }

  void begin() {
    change(1);
  }

  void end(long roundTrip) {
    change(-1);
    if (cost != null) {
      cost.observe(roundTrip, nanos.getAsLong());
    }
  }

  private void change(int delta) {
    sessions += delta;
    shared.sessions.set(loop, sessions);
    if (aperture != null) {
      aperture.change(delta);
    }
  }

  @Override
  public double load() {
    int pending = shared.sessions.sum();
    return shared.cost == null ? pending : shared.cost.load(pending, nanos.getAsLong());
  }

  @Override
  public Status status() {
    return shared.status;
  }

  @Override
  public double weight() {
    return shared.weight;
  }

  @Override
  public long token() {
    return Hashing.of(shared.name);
  }

  @Override
  public void prepare() {
    shared.prepared++;
  }

  @Override
  public void tell(ApertureControl control) {
    aperture = control;
  }

  @Override
  public String toString() {
    return shared.name;
  }
}
