package fairlead.routing;

import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what other threads bring about, and nobody tells. */
final class Await {
  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final long STEP_NANOS = 1_000_000;

  private Await() {}

  /** Blocks until the condition holds; fails with {@code what} when it does not come. */
  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never came true: " + what);
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /** Blocks a backend until the test opens the latch. */
  static void opened(CountDownLatch latch) throws InterruptedIOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException(String.valueOf(e.getMessage()));
    }
  }
}
