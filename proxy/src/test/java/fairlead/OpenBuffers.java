package fairlead;

import io.netty.util.LeakPresenceDetector;
import org.jspecify.annotations.Nullable;

/**
 * Counts the buffers that are not released, for {@link LeakCheck}. Netty makes it, by the property
 * {@code io.netty.customResourceLeakDetector}. Any thread.
 */
public final class OpenBuffers<T> extends LeakPresenceDetector<T> {
  /** Of all of them; null before the first buffer. */
  private static volatile @Nullable ResourceScope all;

  /** By Netty. */
  @SuppressWarnings("deprecation") // by whom it is made
  public OpenBuffers(Class<?> resource, int samplingInterval) {
    super(resource, samplingInterval);
  }

  /** Looked for by Netty, which complains when it is not there. */
  @SuppressWarnings("deprecation")
  public OpenBuffers(Class<?> resource, int samplingInterval, long maxActive) {
    super(resource, samplingInterval, maxActive);
  }

  @Override
  protected ResourceScope currentScope() throws AllocationProhibitedException {
    var scope = super.currentScope();
    all = scope;
    return scope;
  }

  /** Whether some are open that were made since the last check. */
  static boolean areThere() {
    var scope = all;
    return scope != null && scope.hasOpenResources();
  }
}
