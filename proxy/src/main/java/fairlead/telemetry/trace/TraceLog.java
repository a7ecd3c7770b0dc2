package fairlead.telemetry.trace;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** {@code io.l5d.tracelog}: a line of the log for each record ({@code spec/telemetry.md} §7). */
public final class TraceLog implements SpanSink {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMdd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Logger log;
  private final Level level;

  public TraceLog(Level level) {
    this(LoggerFactory.getLogger("io.l5d.tracelog"), level);
  }

  TraceLog(Logger log, Level level) {
    this.log = log;
    this.level = level;
  }

  @Override
  public void accept(Span span) {
    if (!log.isEnabledForLevel(level)) {
      return;
    }
    boolean server = span.side() == Span.Side.SERVER;
    long start = span.startMicros();
    long end = start + span.durationMicros();
    line(span, start, "ServiceName(" + span.service() + ")");
    line(span, start, "Rpc(" + span.name() + ")");
    line(span, start, server ? "ServerRecv" : "ClientSend");
    span.tags()
        .forEach((key, value) -> line(span, end, "BinaryAnnotation(" + key + "," + value + ")"));
    for (var note : span.notes()) {
      line(span, note.micros(), text(note.text()));
    }
    if (span.error() != null) {
      line(span, end, "BinaryAnnotation(error," + span.error() + ")");
    }
    line(span, end, server ? "ServerSend" : "ClientRecv");
  }

  private static String text(String note) {
    return switch (note) {
      case "wr" -> "WireRecv";
      case "ws" -> "WireSend";
      default -> "Message(" + note + ")";
    };
  }

  private void line(Span span, long micros, String text) {
    var id = span.id();
    log.atLevel(level)
        .log(
            "{} {}.{}<:{}] {}",
            TIME.format(Instant.ofEpochMilli(TimeUnit.MICROSECONDS.toMillis(micros))),
            hex(id.trace()),
            hex(id.span()),
            hex(id.parent()),
            text);
  }

  private static String hex(long id) {
    return String.format("%016x", id);
  }
}
