package fairlead.activity;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Where work that may wait (files, DNS, disk) runs: never on an event loop or in the control
 * plane's executor, to which it comes back with {@link SerialExecutor#execute}. Any thread.
 */
@FunctionalInterface
public interface Blocking {
  /** Runs {@code work} elsewhere, on a thread named {@code blocking-NAME}. */
  void run(String name, Runnable work);

  /** A virtual thread for each piece of work. */
  static Blocking virtualThreads() {
    return (name, work) -> Thread.ofVirtual().name("blocking-" + name).start(work);
  }

  /**
   * The result of {@code call}, made on a thread of {@link #platformThreads}; the calling thread,
   * which may be virtual, waits without holding on to its carrier.
   *
   * @throws ExecutionException whose cause is what {@code call} threw
   */
  static <T> T offCarrier(String name, Callable<T> call) throws ExecutionException {
    var task = new FutureTask<>(call);
    platformThreads().run(name, task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * A daemon thread for each piece of work: for native calls such as the resolver's, which hold on
   * to the carrier of a virtual thread and would so keep others from running.
   */
  static Blocking platformThreads() {
    return (name, work) -> Thread.ofPlatform().daemon().name("blocking-" + name).start(work);
  }
}
