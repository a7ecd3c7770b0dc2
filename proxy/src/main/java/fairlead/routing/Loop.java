package fairlead.routing;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;

/** One event loop, its number among the router's, and its own source of chance. */
record Loop(int index, EventLoop executor, RandomGenerator random) {
  /**
   * Runs {@code task} on the loop, or nowhere when the loop has ended: what lived on it is gone
   * then, and there is nobody left to tell. Any thread.
   */
  void tell(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException ended) {
      assert executor.isShuttingDown() : ended;
    }
  }
}
