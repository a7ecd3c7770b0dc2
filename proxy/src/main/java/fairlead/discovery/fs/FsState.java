package fairlead.discovery.fs;

import fairlead.activity.State;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import fairlead.naming.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the admin page says of a file namer ({@code spec/admin.md} §7). Control plane only. */
final class FsState {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z").withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private final Map<Path, State<Addr>> sets = new TreeMap<>(Comparator.comparing(Path::show));
  private int running;
  private @Nullable Instant startedAt;
  private @Nullable Instant stoppedAt;
  private @Nullable Instant updatedAt;
  private @Nullable Path updated;

  FsState(InstantSource clock) {
    this.clock = clock;
  }

  void started() {
    running++;
    startedAt = clock.instant();
  }

  void stopped() {
    running--;
    stoppedAt = clock.instant();
  }

  void updated(Path id, State<Addr> set) {
    if (set instanceof State.Pending<Addr>) {
      return;
    }
    sets.put(id, set);
    updated = id;
    updatedAt = clock.instant();
  }

  Map<String, Object> json() {
    var events = new LinkedHashMap<String, Object>();
    put(events, "lastEventName", updated == null ? null : updated.show());
    put(events, "lastEventAt", shown(updatedAt));
    var state = new LinkedHashMap<String, Object>();
    state.put("running", running > 0);
    put(state, "lastStartedAt", shown(startedAt));
    put(state, "lastStoppedAt", shown(stoppedAt));
    put(state, "lastUpdatedAt", shown(updatedAt));
    var values = new LinkedHashMap<String, Object>();
    sets.forEach((id, set) -> values.put(id.show(), shown(set)));
    state.put("value", values);
    var json = new LinkedHashMap<String, Object>();
    json.put("events", events);
    json.put("state", state);
    return json;
  }

  /** Fields without a value are left out. */
  private static void put(Map<String, Object> json, String key, @Nullable String value) {
    if (value != null) {
      json.put(key, value);
    }
  }

  private static @Nullable String shown(@Nullable Instant time) {
    return time == null ? null : TIME.format(time);
  }

  private static Object shown(State<Addr> set) {
    return switch (set) {
      case State.Ok<Addr>(Addr.Live live) ->
          live.endpoints().stream().map(Endpoint::toString).sorted().toList();
      case State.Ok<Addr>(Addr.Neg _) -> List.of();
      case State.Failed<Addr>(var reason) -> "failed: " + reason;
      case State.Pending<Addr> _ -> "pending";
    };
  }
}
