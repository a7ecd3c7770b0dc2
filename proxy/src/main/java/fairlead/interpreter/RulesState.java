package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.naming.Dtab;
import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the admin page says of rules that are kept in a file or a store ({@code spec/admin.md} §7).
 * Control executor only.
 */
public final class RulesState {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z").withZone(ZoneOffset.UTC);

  private final String what;
  private final InstantSource clock;
  private int observers;
  private @Nullable Instant startedAt;
  private @Nullable Instant stoppedAt;
  private @Nullable Instant updatedAt;
  private @Nullable Dtab rules;
  private @Nullable String error;

  /**
   * Nothing known yet.
   *
   * @param what the file or key that they are kept in
   */
  public RulesState(String what, InstantSource clock) {
    this.what = what;
    this.clock = clock;
  }

  /** The same rules, noted here whenever they are observed. */
  public Activity<Dtab> noting(Activity<Dtab> stored) {
    return observer -> {
      if (observers++ == 0) {
        startedAt = clock.instant();
      }
      var watch =
          stored.observe(
              state -> {
                note(state);
                observer.accept(state);
              });
      var closed = new AtomicBoolean();
      return () -> {
        if (closed.compareAndSet(false, true) && --observers == 0) {
          stoppedAt = clock.instant();
        }
        watch.close();
      };
    };
  }

  private void note(State<Dtab> state) {
    switch (state) {
      case State.Ok<Dtab>(var found) -> {
        error = null;
        if (!found.equals(rules)) {
          FlightRecorder.note(Kind.DTAB, what, "now " + found.show());
          rules = found;
          updatedAt = clock.instant();
        }
      }
      case State.Failed<Dtab>(var reason) -> {
        if (!reason.equals(error)) {
          FlightRecorder.note(Kind.DTAB, what, "no rules, or the last good ones: " + reason);
        }
        error = reason;
      }
      case State.Pending<Dtab> _ -> {}
    }
  }

  /** Plain JSON values; what is not known is left out, rules are in the form that stores have. */
  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("running", observers > 0);
    put(map, "lastStartedAt", show(startedAt));
    put(map, "lastStoppedAt", show(stoppedAt));
    put(map, "lastUpdatedAt", show(updatedAt));
    put(map, "value", rules == null ? null : rules.show());
    put(map, "error", error);
    return map;
  }

  private static @Nullable String show(@Nullable Instant time) {
    return time == null ? null : TIME.format(time);
  }

  private static void put(Map<String, Object> map, String key, @Nullable String value) {
    if (value != null) {
      map.put(key, value);
    }
  }
}
