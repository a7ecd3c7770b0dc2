package fairlead.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An owner of connections that only notes what it is told. */
public class NotingOwner implements ServerOwner {
  public Phase phase = Phase.SERVING;
  public int idleCloses;
  public int lifetimeCloses;
  public final List<Slowness> slow = new ArrayList<>();

  @Override
  public Phase phase() {
    return phase;
  }

  @Override
  public void joined(CallerConnection connection) {}

  @Override
  public void left(CallerConnection connection) {}

  @Override
  public void idleClose() {
    idleCloses++;
  }

  @Override
  public void lifetimeClose() {
    lifetimeCloses++;
  }

  @Override
  public void tooSlow(Slowness what) {
    slow.add(what);
  }

  @Override
  public void opened() {}

  @Override
  public void bytes(long received, long sent) {}

  @Override
  public void closed(long nanos, long in, long out, long requests, @Nullable Throwable cause) {}
}
