package fairlead;

import io.netty.util.LeakPresenceDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the buffers, and what else Netty tracks, that are not released, by what they are, for
 * {@link LeakCheck}. Netty makes it, by the property {@code io.netty.customResourceLeakDetector}.
 * Any thread.
 */
public final class OpenBuffers<T> extends LeakPresenceDetector<T> {
  /** By the simple name of their class. */
  private static final Map<String, ResourceScope> SCOPES = new ConcurrentHashMap<>();

  /** What {@link LeakPresenceDetector#check()} asks about, on the thread that calls it. */
  private static final ThreadLocal<@Nullable ResourceScope> CHECKED = new ThreadLocal<>();

  private final ResourceScope own;

  /** By Netty. */
  @SuppressWarnings("deprecation") // by whom it is made
  public OpenBuffers(Class<?> resource, int samplingInterval) {
    super(resource, samplingInterval);
    own = scope(resource);
  }

  /** Looked for by Netty, which complains when it is not there. */
  @SuppressWarnings("deprecation")
  public OpenBuffers(Class<?> resource, int samplingInterval, long maxActive) {
    super(resource, samplingInterval, maxActive);
    own = scope(resource);
  }

  private static ResourceScope scope(Class<?> resource) {
    return SCOPES.computeIfAbsent(resource.getSimpleName(), ResourceScope::new);
  }

  @Override
  protected ResourceScope currentScope() {
    var checked = CHECKED.get();
    return checked == null ? own : checked;
  }

  /** Whether some are open that were made since the last check. */
  static boolean areThere() {
    return SCOPES.values().stream().anyMatch(ResourceScope::hasOpenResources);
  }

  /** One fault for each class of which some are open, or were released late. Counts anew. */
  static List<IllegalStateException> checkEach() {
    var faults = new ArrayList<IllegalStateException>();
    for (var scope : SCOPES.values()) {
      CHECKED.set(scope);
      try {
        LeakPresenceDetector.check();
      } catch (IllegalStateException leak) {
        faults.add(leak);
      } finally {
        CHECKED.remove();
      }
    }
    return faults;
  }
}
