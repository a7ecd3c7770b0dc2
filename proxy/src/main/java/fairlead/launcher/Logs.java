package fairlead.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The log: one line an event, to standard output, written by a thread of its own that nobody waits
 * for. {@code FAIRLEAD_LOG=json} makes each line a JSON object, {@code FAIRLEAD_LOG_LEVEL} is the
 * least level shown.
 */
public final class Logs {
  private static final Set<String> LEVELS =
      Set.of("OFF", "ERROR", "WARN", "WARNING", "INFO", "DEBUG", "TRACE");

  private final LogWriter writer;

  private Logs(LogWriter writer) {
    this.writer = writer;
  }

  /** Sends what this process logs to {@code out}. Once, before anything is logged. */
  public static Logs configure(Map<String, String> environment, OutputStream out) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    return configure(context, environment, out);
  }

  /** For commands that print something else: nothing is logged. */
  static void quiet() {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
  }

  static Logs configure(LoggerContext context, Map<String, String> environment, OutputStream out) {
    context.reset();
    boolean json = environment.getOrDefault("FAIRLEAD_LOG", "text").equalsIgnoreCase("json");
    var writer = new LogWriter(json ? LogFormat.JSON : LogFormat.TEXT, out);
    writer.setContext(context);
    writer.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(writer);
    setLevel(root, environment.getOrDefault("FAIRLEAD_LOG_LEVEL", "INFO"));
    if (root.getLevel().isGreaterOrEqual(Level.DEBUG)) {
      context.getLogger("io.netty").setLevel(Level.WARN);
    }
    return new Logs(writer);
  }

  private static void setLevel(Logger root, String wanted) {
    String name = wanted.toUpperCase(Locale.ROOT);
    boolean known = LEVELS.contains(name);
    root.setLevel(known ? Level.toLevel(name.equals("WARNING") ? "WARN" : name) : Level.INFO);
    if (!known) {
      root.warn(
          "FAIRLEAD_LOG_LEVEL: '{}' is not a level; use ERROR, WARN, INFO, DEBUG or TRACE", wanted);
    }
  }

  /** Lines that were not written: nobody took them fast enough, or writing failed. Any thread. */
  public long dropped() {
    return writer.dropped();
  }

  /** Writes what is waiting, at most for {@code limit}. Blocks. Later lines are lost. */
  public void close(Duration limit) {
    writer.close(limit);
  }
}
