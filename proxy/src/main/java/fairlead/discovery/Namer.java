package fairlead.discovery;

import fairlead.activity.Activity;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import java.util.Map;

/**
 * A source of endpoints ({@code spec/discovery.md} §1). Inside the control plane's executor only;
 * must not block there.
 */
public interface Namer extends AutoCloseable {
  /**
   * What {@code path}, the elements after this namer's prefix, stands for. Leaves are bound names,
   * whose id begins with the full prefix ({@code /#/…}), or paths to look up again. Work goes on
   * only while observed.
   */
  Activity<NameTree<Name>> lookup(Path path);

  /**
   * Every bound id this namer knows of, for {@code /bound-names.json}; none when it cannot
   * enumerate.
   */
  default Activity<java.util.List<Path>> boundNames() {
    return Activity.ok(java.util.List.of());
  }

  /**
   * What the namer knows and when it learned it, for {@code /namer_state/PREFIX.json}; plain JSON
   * values.
   */
  default Map<String, Object> adminState() {
    return Map.of();
  }

  @Override
  default void close() {}
}
