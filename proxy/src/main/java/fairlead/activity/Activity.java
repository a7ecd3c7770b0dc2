package fairlead.activity;

import fairlead.activity.State.Failed;
import fairlead.activity.State.Ok;
import fairlead.activity.State.Pending;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value that is pending, known or failed, and that may change: the one reactive type of the
 * control plane. Every method, and every observer, runs inside the control plane's {@link
 * SerialExecutor}.
 */
@FunctionalInterface
public interface Activity<T> {
  /**
   * Tells {@code observer} the current state at once and every later one that differs, until the
   * watch is closed. Work behind the value goes on only while somebody observes.
   */
  Watch observe(Consumer<? super State<T>> observer);

  /** What makes a value's states: told where to put them, returns what stops it. */
  @FunctionalInterface
  interface Source<T> {
    /** Starts; the first state may be put before this returns. */
    Watch start(Consumer<State<T>> sink);
  }

  /** Always {@code state}. */
  static <T> Activity<T> constant(State<T> state) {
    return observer -> {
      observer.accept(state);
      return Watch.NONE;
    };
  }

  /** Always {@code value}. */
  static <T> Activity<T> ok(T value) {
    return constant(new Ok<>(value));
  }

  /** Never known. */
  static <T> Activity<T> pending() {
    return constant(new Pending<>());
  }

  /** Always failed, with this one-line reason. */
  static <T> Activity<T> failed(String reason) {
    return constant(new Failed<>(reason));
  }

  /**
   * A value made by {@code source}, started for the first observer, shared by all, and stopped, its
   * state forgotten, when the last one leaves.
   */
  static <T> Activity<T> shared(Source<T> source) {
    return new SharedActivity<>(source);
  }

  /** The value changed by {@code f}. */
  default <U> Activity<U> map(Function<? super T, ? extends U> f) {
    return mapState(state -> state.map(f));
  }

  /** Every state changed by {@code f}. */
  default <U> Activity<U> mapState(Function<? super State<T>, State<U>> f) {
    return observer -> {
      var distinct = new Distinct<U>(observer);
      return observe(state -> distinct.accept(f.apply(state)));
    };
  }

  /** As this, but an observer that has heard a value hears no pending or failed after it. */
  default Activity<T> keepingLastGood() {
    return observer -> {
      var good = new AtomicBoolean();
      return observe(
          state -> {
            boolean ok = state instanceof Ok<T>;
            if (ok || !good.get()) {
              good.set(ok);
              observer.accept(state);
            }
          });
    };
  }

  /** The activity that {@code f} makes of each value; pending and failed pass through. */
  default <U> Activity<U> flatMap(Function<? super T, ? extends Activity<U>> f) {
    return flatMapState(
        state ->
            switch (state) {
              case Pending<T> _ -> pending();
              case Ok<T>(var value) -> f.apply(value);
              case Failed<T>(var reason) -> failed(reason);
            });
  }

  /** The activity that {@code f} makes of each state. */
  default <U> Activity<U> flatMapState(Function<? super State<T>, ? extends Activity<U>> f) {
    return observer -> {
      var distinct = new Distinct<U>(observer);
      var inner = new Switching();
      Watch outer = observe(state -> inner.become(f.apply(state).observe(distinct)));
      return () -> {
        distinct.stop();
        outer.close();
        inner.close();
      };
    };
  }

  /**
   * The states of all {@code parts}, in their order, each time one changes. Never itself pending or
   * failed.
   */
  static <T> Activity<List<State<T>>> all(List<? extends Activity<T>> parts) {
    if (parts.isEmpty()) {
      return ok(List.of());
    }
    return observer -> {
      var distinct = new Distinct<List<State<T>>>(observer);
      var states = new ArrayList<@Nullable State<T>>();
      parts.forEach(_ -> states.add(null));
      var watches = new ArrayList<Watch>();
      for (int i = 0; i < parts.size(); i++) {
        int index = i;
        watches.add(
            parts
                .get(i)
                .observe(
                    state -> {
                      states.set(index, state);
                      if (!states.contains(null)) {
                        distinct.accept(new Ok<>(List.copyOf(states)));
                      }
                    }));
      }
      return () -> {
        distinct.stop();
        watches.forEach(Watch::close);
      };
    };
  }

  /** Passes on a state only when it differs from the one before, and none once stopped. */
  final class Distinct<T> implements Consumer<State<T>> {
    private final Consumer<? super State<T>> next;
    private @Nullable State<T> last;
    private boolean stopped;

    Distinct(Consumer<? super State<T>> next) {
      this.next = next;
    }

    @Override
    public void accept(State<T> state) {
      if (!stopped && !state.equals(last)) {
        last = state;
        next.accept(state);
      }
    }

    void stop() {
      stopped = true;
    }
  }

  /**
   * One watch at a time: the new one starts before the old one ends, so that what both share goes
   * on.
   */
  final class Switching implements Watch {
    private Watch current = Watch.NONE;
    private boolean closed;

    void become(Watch next) {
      Watch old = current;
      current = next;
      old.close();
      if (closed) {
        next.close();
      }
    }

    @Override
    public void close() {
      closed = true;
      current.close();
    }
  }
}
