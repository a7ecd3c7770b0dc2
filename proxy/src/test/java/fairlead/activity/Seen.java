package fairlead.activity;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/** What an activity told, from now on. */
public final class Seen<T> implements AutoCloseable {
  private final List<State<T>> states = new ArrayList<>();
  private final Watch watch;

  private Seen(Activity<T> activity) {
    watch = activity.observe(states::add);
  }

  public static <T> Seen<T> of(Activity<T> activity) {
    return new Seen<>(activity);
  }

  public List<State<T>> states() {
    return states;
  }

  public State<T> last() {
    return states.getLast();
  }

  /** The value; fails the test when there is none now. */
  public T value() {
    return requireNonNull(
        last() instanceof State.Ok<T>(var value) ? value : null, last()::toString);
  }

  @Override
  public void close() {
    watch.close();
  }
}
