package fairlead.launcher;

import fairlead.admin.AdminPage;
import fairlead.admin.AdminResponse;
import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the flight recorder is read: on SIGUSR1, when the process dies, and on the admin port. */
final class Recorder {
  /** In {@code stateDir}. */
  static final String FILE = "recorder.jsonl";

  private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})(s|m|h)");

  private Recorder() {}

  /** Dumps to {@code err} on SIGUSR1, and before a fault that nobody caught ends a thread. */
  static void dumpTo(PrintStream err) {
    Signals.on("USR1", () -> dump(err));
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, fault) -> {
          if (fault instanceof RejectedExecutionException) {
            return; // we end: whom it was for is gone already
          }
          FlightRecorder.note(Kind.PROCESS, thread.getName(), "ends with " + fault);
          LOG.error("thread {} ends: what led there is in the flight recorder", thread, fault);
          dump(err);
        });
  }

  private static void dump(PrintStream err) {
    err.print(FlightRecorder.process().dump());
    err.flush();
  }

  /** Keeps it on disk as well, so that it outlives a kill; says so when that cannot be. Blocks. */
  static void keepIn(@Nullable Path stateDir) {
    if (stateDir == null) {
      return;
    }
    try {
      FlightRecorder.keepIn(stateDir.resolve(FILE));
    } catch (IOException refused) {
      LOG.warn(
          "the flight recorder is kept in memory only, since {} cannot be written: {}",
          stateDir.resolve(FILE),
          refused.getMessage());
    }
  }

  /**
   * {@code /recorder.json?since=…&kind=…}: one JSON object a line.
   *
   * @param clock for a {@code since} that is so long ago
   */
  static AdminPage page(InstantSource clock) {
    return request -> {
      Instant since;
      Set<Kind> kinds;
      try {
        since = since(request.param("since"), clock.instant());
        kinds = kinds(request.params().getOrDefault("kind", List.of()));
      } catch (IllegalArgumentException bad) {
        return AdminResponse.of(
                HttpResponseStatus.BAD_REQUEST, "text/plain;charset=UTF-8", bad.getMessage() + "\n")
            .now();
      }
      var text = new StringBuilder();
      FlightRecorder.process().lines(since, kinds).forEach(line -> text.append(line).append('\n'));
      return AdminResponse.of(HttpResponseStatus.OK, "application/x-ndjson", text.toString()).now();
    };
  }

  private static @Nullable Instant since(@Nullable String text, Instant now) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    var ago = AGO.matcher(text);
    if (ago.matches()) {
      long number = Long.parseLong(ago.group(1));
      return now.minus(
          switch (ago.group(2)) {
            case "h" -> Duration.ofHours(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
          });
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeException bad) {
      throw new IllegalArgumentException(
          "since: '" + text + "' is no time; write 30s, 5m, 2h or 2031-05-01T10:00:00Z", bad);
    }
  }

  private static Set<Kind> kinds(List<String> words) {
    var kinds = EnumSet.noneOf(Kind.class);
    for (String list : words) {
      for (String word : list.split(",", -1)) {
        kinds.add(kind(word));
      }
    }
    return kinds.isEmpty() ? EnumSet.allOf(Kind.class) : kinds;
  }

  private static Kind kind(String word) {
    var known = new ArrayList<String>();
    for (Kind kind : Kind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
      known.add(kind.word());
    }
    throw new IllegalArgumentException(
        "kind: '" + word + "' is none; write one or more of " + String.join(",", known));
  }
}
