package fairlead.e2e;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What one side of a call has seen, changed by gRPC's threads and waited for by a test's. */
final class GrpcChanges {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  synchronized void make(Runnable change) {
    change.run();
    notifyAll();
  }

  /** Blocks until the condition holds; fails with {@code what} when it does not come. */
  synchronized void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("never came: " + what);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted before: " + what, e);
      }
    }
  }
}
