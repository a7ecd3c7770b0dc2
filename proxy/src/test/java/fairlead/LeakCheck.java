package fairlead;

import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves a buffer unreleased, and says of which class. Registers itself for every
 * test ({@code META-INF/services}, {@code junit-platform.properties}). Everything that holds
 * buffers (channels, loops, pools) must be closed when the test's own {@code @AfterEach} methods
 * are done. To see where a buffer was made, run with {@code
 * -Dio.netty.util.LeakPresenceDetector.trackCreationStack=true}.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  private static final long PATIENCE_NANOS = 1_000_000_000L;
  private static final long MOMENT_NANOS = 100_000_000L;
  private static final long STEP_NANOS = 1_000_000L;

  @Override
  public void beforeEach(ExtensionContext context) {
    forget();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    check();
  }

  /**
   * Throws an {@link AssertionError} when buffers made since the last check are not released, nor
   * will be in a moment by a thread that is about to end.
   */
  public static void check() {
    awaitNone(PATIENCE_NANOS);
    var leaks = OpenBuffers.checkEach();
    if (!leaks.isEmpty()) {
      var what = leaks.stream().map(Throwable::getMessage).collect(Collectors.joining("\n"));
      var failure = new AssertionError("buffers were not released: " + what);
      leaks.forEach(failure::addSuppressed);
      throw failure;
    }
  }

  /**
   * What others left behind is not held against the next test; nor is what a load that goes on
   * holds for a moment, whose release would count as one too many.
   */
  static void forget() {
    awaitNone(MOMENT_NANOS);
    var _ = OpenBuffers.checkEach(); // which counts anew: that is all that is wanted here
  }

  private static void awaitNone(long nanos) {
    for (long end = System.nanoTime() + nanos;
        OpenBuffers.areThere() && System.nanoTime() < end; ) {
      LockSupport.parkNanos(STEP_NANOS);
    }
  }
}
