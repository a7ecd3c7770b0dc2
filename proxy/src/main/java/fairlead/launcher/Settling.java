package fairlead.launcher;

import fairlead.activity.Activity;
import fairlead.activity.SerialExecutor;
import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.interpreter.Delegation;
import fairlead.naming.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Waits until nothing in a delegation is unknown any more, but only for so long. Inside the control
 * plane's executor only, but for {@link #of}.
 */
final class Settling<T> {
  private final SerialExecutor control;
  private final Path path;
  private final Function<Delegation, T> tell;
  private final CompletableFuture<T> told = new CompletableFuture<>();
  private Delegation last;
  private Watch watch = Watch.NONE;
  private Watch timer = Watch.NONE;

  private Settling(SerialExecutor control, Path path, Function<Delegation, T> tell) {
    this.control = control;
    this.path = path;
    this.tell = tell;
    this.last = new Delegation.Pending(path.show(), null);
  }

  /**
   * What {@code tell} makes of the settled tree, or of the tree as it is when {@code patience}
   * ends. Any thread.
   *
   * @param tell called inside {@code control} while the tree is still observed
   */
  static <T> CompletionStage<T> of(
      SerialExecutor control,
      Activity<Delegation> tree,
      Path path,
      Duration patience,
      Function<Delegation, T> tell) {
    var settling = new Settling<T>(control, path, tell);
    control.execute(() -> settling.start(tree, patience));
    return settling.told;
  }

  private void start(Activity<Delegation> tree, Duration patience) {
    timer = control.after(patience, this::end);
    watch = tree.observe(this::see);
  }

  private void see(State<Delegation> state) {
    last =
        switch (state) {
          case State.Ok<Delegation>(var tree) -> tree;
          case State.Failed<Delegation>(var reason) ->
              new Delegation.Failed(path.show(), null, reason);
          case State.Pending<Delegation> _ -> new Delegation.Pending(path.show(), null);
        };
    if (last.settled()) {
      control.execute(this::end); // not now: who observes may not have its watch yet
    }
  }

  private void end() {
    if (told.isDone()) {
      return;
    }
    try {
      told.complete(tell.apply(last));
    } catch (RuntimeException unexpected) {
      told.completeExceptionally(unexpected);
    }
    timer.close();
    watch.close();
  }
}
