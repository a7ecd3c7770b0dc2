package fairlead.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.IThrowableProxy;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fairlead.json.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * How an event becomes a line. What is logged may come from the network, so no control character
 * gets out as it is and no line is longer than {@value #MAX_CHARS} ({@code spec/threats.md} 52).
 */
enum LogFormat {
  /** {@code I 1124 17:15:51.698 UTC THREAD12 AdminServer: message} ({@code spec/admin.md} §13). */
  TEXT {
    @Override
    String line(LogWriter.Line line) {
      var event = line.event();
      String logger = event.getLoggerName();
      String origin =
          " THREAD" + line.threadId() + " " + logger.substring(logger.lastIndexOf('.') + 1);
      String error = error(event.getThrowableProxy());
      String message = event.getFormattedMessage() + (error == null ? "" : " | " + error);
      return text(event.getLevel(), event.getInstant(), origin, message);
    }

    @Override
    String lost(long count, Instant when) {
      return text(Level.WARN, when, "", lostText(count));
    }

    private String text(Level level, Instant when, String origin, String message) {
      return level.toString().charAt(0)
          + " "
          + TIME.format(when)
          + escape(origin)
          + ": "
          + escape(cut(message));
    }
  },

  /** One object a line, without duplicate keys, as log routers want it ({@code spec/ecs.md} §1). */
  JSON {
    @Override
    String line(LogWriter.Line line) {
      var event = line.event();
      var object =
          JsonNodeFactory.instance
              .objectNode()
              .put("time", event.getInstant().toString())
              .put("level", event.getLevel().toString())
              .put("logger", event.getLoggerName())
              .put("thread", event.getThreadName())
              .put("message", cut(event.getFormattedMessage()));
      String error = error(event.getThrowableProxy());
      return Json.write(error == null ? object : object.put("error", cut(error)));
    }

    @Override
    String lost(long count, Instant when) {
      return Json.write(
          JsonNodeFactory.instance
              .objectNode()
              .put("time", when.toString())
              .put("level", "WARN")
              .put("message", lostText(count)));
    }
  };

  private static final int MAX_CHARS = 8192;
  private static final int MAX_FRAMES = 12;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMdd HH:mm:ss.SSS 'UTC'").withZone(ZoneOffset.UTC);

  /** The line of an event, without its end. */
  abstract String line(LogWriter.Line line);

  /** The line that says how many are missing. */
  abstract String lost(long count, Instant when);

  private static String lostText(long count) {
    return count + " log lines lost: standard output did not take them";
  }

  private static String cut(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "…";
  }

  /** An error on one line: what, where, and why in turn; null for none. */
  private static @Nullable String error(@Nullable IThrowableProxy thrown) {
    if (thrown == null) {
      return null;
    }
    var text = new StringBuilder();
    for (IThrowableProxy at = thrown; at != null; at = at.getCause()) {
      text.append(text.isEmpty() ? "" : ", caused by ").append(at.getClassName());
      text.append(at.getMessage() == null ? "" : ": " + at.getMessage());
      var frames = at.getStackTraceElementProxyArray();
      for (int i = 0; i < Math.min(MAX_FRAMES, frames.length); i++) {
        text.append(i == 0 ? " at " : " < ").append(frames[i].getStackTraceElement());
      }
    }
    return text.toString();
  }

  /** Line ends, terminal commands and the like in a form that does nothing. */
  static String escape(String text) {
    StringBuilder escaped = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean harmless = !Character.isISOControl(c) && c != '\u2028' && c != '\u2029';
      if (escaped == null && !harmless) {
        escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (escaped != null) {
        escaped.append(harmless ? String.valueOf(c) : escape(c));
      }
    }
    return escaped == null ? text : escaped.toString();
  }

  private static String escape(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format("\\u%04x", (int) c);
    };
  }
}
