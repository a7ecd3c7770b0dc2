package fairlead.telemetry.access;

import fairlead.exchange.Stack;
import fairlead.telemetry.Metrics;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** The access logs of one router. Any thread but for what says otherwise. */
public final class AccessLogs implements AutoCloseable {
  private record Open(AccessLogConfig config, AccessLog log) {}

  private final String router;
  private final InstantSource clock;
  private final List<Open> logs = new ArrayList<>();

  /**
   * Opens them all. Blocks.
   *
   * @param router its label
   * @param scope {@code rt/<label>}
   * @throws IllegalArgumentException when a file cannot be written
   */
  public AccessLogs(
      List<AccessLogConfig> configs, String router, InstantSource clock, Metrics scope) {
    this.router = router;
    this.clock = clock;
    for (var config : configs) {
      String name = name(config.to());
      try {
        logs.add(new Open(config, new AccessLog(sink(config), name, scope.scope("access_log"))));
      } catch (IOException e) {
        close();
        throw new IllegalArgumentException(
            "router '"
                + router
                + "': access log '"
                + name
                + "' cannot be written: "
                + reason(e)
                + "; let this user write there, or name another file",
            e);
      }
    }
  }

  private static String reason(IOException e) {
    return e instanceof NoSuchFileException
        ? "there is no such folder"
        : e.getClass().getSimpleName() + ", " + e.getMessage();
  }

  private static String name(AccessLogConfig.Target to) {
    return switch (to) {
      case AccessLogConfig.Target.File(var path) -> path;
      case AccessLogConfig.Target.StandardOutput _ -> "stdout";
      case AccessLogConfig.Target.StandardError _ -> "stderr";
    };
  }

  private LineSink sink(AccessLogConfig config) throws IOException {
    return switch (config.to()) {
      case AccessLogConfig.Target.File(var path) ->
          new RollingFile(
              Path.of(path),
              config.roll(),
              config.append(),
              config.rotateCount(),
              clock,
              ZoneId.systemDefault());
      case AccessLogConfig.Target.StandardOutput _ ->
          new StreamSink(new FileOutputStream(FileDescriptor.out));
      case AccessLogConfig.Target.StandardError _ ->
          new StreamSink(new FileOutputStream(FileDescriptor.err));
    };
  }

  /** Adds what logs whole requests. Once for each event loop and listener. */
  public void logRequests(Stack listener) {
    for (var open : logs) {
      if (open.config.form() instanceof AccessLogConfig.Form.Json(var fields)) {
        listener.then("accessLog", new RequestLog(open.log.hand(), fields, router, clock));
      }
    }
  }

  /** A hand of each log of attempts: what {@link Attempts} logs with. Once for each event loop. */
  public Attempts attempts() {
    var filters = new ArrayList<AttemptLog>();
    for (var open : logs) {
      if (open.config.form() instanceof AccessLogConfig.Form.Linkerd(boolean h2)) {
        filters.add(new AttemptLog(open.log.hand(), h2, clock, ZoneId.systemDefault()));
      }
    }
    return new Attempts(filters);
  }

  /** What logs the attempts of one event loop. */
  public record Attempts(List<AttemptLog> filters) {
    /** Nothing is logged. */
    public static final Attempts NONE = new Attempts(List.of());

    public Attempts {
      filters = List.copyOf(filters);
    }

    /** Adds what logs attempts, where an attempt begins. */
    public void addTo(Stack attempt) {
      filters.forEach(filter -> attempt.then("accessLog", filter));
    }
  }

  /** Files were moved away: those that are rolled so are opened anew. */
  public void reopen() {
    logs.forEach(open -> open.log.reopen());
  }

  /** Writes what is waiting. Blocks; not on an event loop. */
  @Override
  public void close() {
    logs.forEach(open -> open.log.close());
  }
}
