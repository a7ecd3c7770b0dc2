package fairlead.activity;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A value that a test sets; keeps its state over starts only while observed, as sources do. */
public final class Variable<T> {
  private final Activity<T> activity = Activity.shared(this::start);
  private @Nullable Consumer<State<T>> sink;
  private int starts;

  public Activity<T> activity() {
    return activity;
  }

  /** What observers hear now; nobody, when nobody observes. */
  public void set(State<T> state) {
    if (sink != null) {
      sink.accept(state);
    }
  }

  public boolean running() {
    return sink != null;
  }

  public int starts() {
    return starts;
  }

  private Watch start(Consumer<State<T>> to) {
    starts++;
    sink = to;
    return () -> sink = null;
  }
}
