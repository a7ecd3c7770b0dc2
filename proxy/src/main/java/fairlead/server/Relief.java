package fairlead.server;

import fairlead.telemetry.LogLimit;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done when the heap holds too much that is in use: names that nobody has used for a while
 * are let go of. Runs on one thread at a time, which waits.
 */
final class Relief implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Relief.class);
  private static final long PATIENCE_SECONDS = 5;

  /** Lets go of some; completes with how many. */
  volatile Supplier<? extends CompletionStage<Integer>> names =
      () -> CompletableFuture.completedFuture(0);

  private final LogLimit lines = new LogLimit();

  @Override
  public void run() {
    try {
      int gone = names.get().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (gone > 0 && mayLog()) {
        LOG.warn(
            "the heap is nearly full: {} names that were not used for longest are let go of, and"
                + " will be bound anew when they are asked for; give more by -Xmx, or keep fewer by"
                + " bindingCache",
            gone);
      }
    } catch (ExecutionException broken) {
      if (mayLog()) {
        LOG.error("the heap is nearly full, and names could not be let go of", broken.getCause());
      }
    } catch (TimeoutException _) {
      if (mayLog()) {
        LOG.warn(
            "the heap is nearly full, and names that were not used for long are not let go of"
                + " within {} s; if that lasts, give more by -Xmx",
            PATIENCE_SECONDS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean mayLog() {
    return lines.permits(Ticker.systemTicker().nanoTime());
  }
}
