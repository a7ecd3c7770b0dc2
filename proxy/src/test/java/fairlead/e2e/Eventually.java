package fairlead.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for programs that have no way to call us back. */
final class Eventually {
  private static final Duration STEP = Duration.ofMillis(50);

  private Eventually() {}

  /** Blocks until the condition holds; fails with {@code what} after the deadline. */
  static void until(String what, Duration deadline, BooleanSupplier condition) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + deadline + ": " + what);
      }
      pause(STEP);
    }
  }

  /** Lets a load run for a while: time is the thing under test, not something waited for. */
  static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
