package fairlead.activity;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Owned by the control plane's executor. One running source behind any number of observers. */
final class SharedActivity<T> implements Activity<T> {
  private final Source<T> source;
  private final List<Consumer<? super State<T>>> observers = new ArrayList<>();
  private State<T> state = new State.Pending<>();
  private @Nullable Watch running;

  /** Counts starts, so that a stopped source which still speaks is not heard. */
  private int generation;

  SharedActivity(Source<T> source) {
    this.source = source;
  }

  @Override
  public Watch observe(Consumer<? super State<T>> observer) {
    // Wrapped, so that the same observer may be added twice and removed once.
    Consumer<State<T>> added = observer::accept;
    boolean first = observers.isEmpty();
    if (first) {
      start();
    }
    observers.add(added);
    added.accept(state);
    return () -> {
      if (observers.remove(added) && observers.isEmpty()) {
        stop();
      }
    };
  }

  private void start() {
    state = new State.Pending<>();
    int mine = ++generation;
    running = source.start(next -> publish(mine, next));
  }

  private void publish(int from, State<T> next) {
    if (from != generation || next.equals(state)) {
      return;
    }
    state = next;
    for (var observer : List.copyOf(observers)) {
      if (observers.contains(observer)) {
        observer.accept(next);
      }
    }
  }

  private void stop() {
    generation++;
    if (running != null) {
      running.close();
      running = null;
    }
  }
}
