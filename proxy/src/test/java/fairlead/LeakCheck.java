package fairlead;

import io.netty.util.LeakPresenceDetector;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves a buffer unreleased: {@code @ExtendWith(LeakCheck.class)} on the class.
 * Everything that holds buffers (channels, loops, pools) must be closed when the test's own
 * {@code @AfterEach} methods are done. To see where a buffer was made, run with {@code
 * -Dio.netty.util.LeakPresenceDetector.trackCreationStack=true}.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  private static final boolean ACTIVE =
      LeakPresenceDetector.class
          .getName()
          .equals(System.getProperty("io.netty.customResourceLeakDetector"));

  @Override
  public void beforeEach(ExtensionContext context) {
    forget();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    check();
  }

  /** Throws an {@link AssertionError} when buffers made since the last check are not released. */
  public static void check() {
    if (!ACTIVE) {
      return;
    }
    try {
      LeakPresenceDetector.check();
    } catch (IllegalStateException leak) {
      throw new AssertionError("buffers were not released: " + leak.getMessage(), leak);
    }
  }

  /** What others left behind is not held against the next test. */
  static void forget() {
    try {
      check();
    } catch (AssertionError _) {
      // Checking has set the count back, which is all that is wanted here.
    }
  }
}
