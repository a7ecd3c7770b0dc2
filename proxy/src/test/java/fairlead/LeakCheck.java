package fairlead;

import io.netty.util.LeakPresenceDetector;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves a buffer unreleased. Registers itself for every test ({@code
 * META-INF/services}, {@code junit-platform.properties}). Everything that holds buffers (channels,
 * loops, pools) must be closed when the test's own {@code @AfterEach} methods are done. To see
 * where a buffer was made, run with {@code
 * -Dio.netty.util.LeakPresenceDetector.trackCreationStack=true}.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  @Override
  public void beforeEach(ExtensionContext context) {
    forget();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    check();
  }

  /**
   * Throws an {@link AssertionError} when buffers made since the last check are not released, and
   * also when nobody counts them, for then this check would be worth nothing.
   */
  public static void check() {
    try {
      LeakPresenceDetector.check();
    } catch (IllegalStateException leak) {
      throw new AssertionError("buffers were not released: " + leak.getMessage(), leak);
    }
  }

  /** What others left behind is not held against the next test. */
  static void forget() {
    try {
      LeakPresenceDetector.check();
    } catch (IllegalStateException _) {
      // Checking has set the count back, which is all that is wanted here.
    }
  }
}
