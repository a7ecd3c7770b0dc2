package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.naming.Path;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Keeps rules that lead to themselves, or to more and more names, from taking the process: callers
 * may bring rules of their own. One observation of one name; control plane only.
 */
final class LookupLimit {
  /** {@code spec/routing.md} §4.3. */
  private static final int MAX_DEPTH = 100;

  /** Far above what people write; below what a dtab of a few hundred bytes can ask for. */
  private static final int MAX_LOOKUPS = 2_000;

  private int going;

  /**
   * {@code lookup}, or, when there are too many of them, what {@code tooMany} makes of the reason.
   */
  <T> Activity<T> around(
      int depth, Path path, Supplier<Activity<T>> lookup, Function<String, State<T>> tooMany) {
    if (depth > MAX_DEPTH) {
      return Activity.constant(
          tooMany.apply(
              path.show() + ": more than " + MAX_DEPTH + " rewrites; a rule leads to itself"));
    }
    return observer -> {
      if (going >= MAX_LOOKUPS) {
        observer.accept(
            tooMany.apply(path.show() + ": more than " + MAX_LOOKUPS + " look-ups for one name"));
        return Watch.NONE;
      }
      going++;
      return new Going(lookup.get().observe(observer));
    };
  }

  private final class Going implements Watch {
    private final Watch watch;
    private boolean closed;

    Going(Watch watch) {
      this.watch = watch;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        going--;
        watch.close();
      }
    }
  }
}
