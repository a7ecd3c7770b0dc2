package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.activity.State.Ok;
import fairlead.activity.State.Pending;
import fairlead.activity.Watch;
import fairlead.naming.NameTree;
import fairlead.naming.NameTree.Neg;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The first alternative that is not negative ({@code spec/routing.md} §4.3); later ones are not
 * observed. One observer; control plane only. A loop and not a chain of flatMaps, whose stack would
 * grow with the number of alternatives.
 */
final class FirstOf<T> implements Watch {
  private final List<Supplier<Activity<NameTree<T>>>> alternatives;
  private final Consumer<? super State<NameTree<T>>> observer;

  /** The alternatives observed: each but the last is negative. */
  private final List<Tried> tried = new ArrayList<>();

  private @Nullable State<NameTree<T>> told;
  private boolean advancing;
  private boolean closed;

  private FirstOf(
      List<Supplier<Activity<NameTree<T>>>> alternatives,
      Consumer<? super State<NameTree<T>>> observer) {
    this.alternatives = alternatives;
    this.observer = observer;
  }

  /** The first of {@code alternatives}, each made when it is its turn. */
  static <T> Activity<NameTree<T>> of(List<Supplier<Activity<NameTree<T>>>> alternatives) {
    return observer -> {
      var first = new FirstOf<T>(alternatives, observer);
      first.advance();
      return first;
    };
  }

  private void advance() {
    if (advancing) {
      return;
    }
    advancing = true;
    while (!closed && tried.size() < alternatives.size() && lastIsNegative()) {
      var next = new Tried();
      tried.add(next);
      next.begin(alternatives.get(tried.size() - 1).get());
    }
    advancing = false;
    State<NameTree<T>> now = lastIsNegative() ? new Ok<>(none()) : tried.getLast().state;
    if (!closed && !now.equals(told)) {
      told = now;
      observer.accept(now);
    }
  }

  /** All are negative; in doubt as soon as one of them is. */
  private NameTree<T> none() {
    for (var each : tried) {
      if (each.state instanceof Ok<NameTree<T>>(Neg<T>(var doubt)) && !doubt.isEmpty()) {
        return new Neg<>(doubt);
      }
    }
    return new Neg<>();
  }

  private boolean lastIsNegative() {
    return tried.isEmpty() || tried.getLast().isNegative();
  }

  @Override
  public void close() {
    closed = true;
    dropFrom(0);
  }

  private void dropFrom(int index) {
    while (tried.size() > index) {
      tried.removeLast().close();
    }
  }

  private final class Tried {
    private State<NameTree<T>> state = new Pending<>();
    private Watch watch = Watch.NONE;
    private boolean dropped;

    void begin(Activity<NameTree<T>> activity) {
      Watch begun = activity.observe(this::become);
      if (dropped) {
        begun.close();
      } else {
        watch = begun;
      }
    }

    private void become(State<NameTree<T>> next) {
      if (dropped) {
        return;
      }
      state = next;
      if (!isNegative()) {
        dropFrom(tried.indexOf(this) + 1);
      }
      advance();
    }

    boolean isNegative() {
      return state instanceof Ok<NameTree<T>>(Neg<T> _);
    }

    void close() {
      dropped = true;
      watch.close();
    }
  }
}
