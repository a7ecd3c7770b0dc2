package fairlead.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import fairlead.http.TraceId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code spec/telemetry.md} §7. */
class TraceLogTest {
  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @Test
  void hasALineForEachRecord() {
    logger(Level.INFO).accept(SPAN);

    assertThat(lines.list).allSatisfy(line -> assertThat(line.getLevel()).isEqualTo(Level.INFO));
    String id = "000000000000000d.000000000000000a<:000000000000000b] ";
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "1114 22:13:20.000 " + id + "ServiceName(http)",
            "1114 22:13:20.000 " + id + "Rpc(http /svc/web)",
            "1114 22:13:20.000 " + id + "ServerRecv",
            "1114 22:13:20.001 " + id + "BinaryAnnotation(service,/svc/web)",
            "1114 22:13:20.000 " + id + "WireRecv",
            "1114 22:13:20.001 " + id + "Message(finagle.retry)",
            "1114 22:13:20.001 " + id + "BinaryAnnotation(error,refused)",
            "1114 22:13:20.001 " + id + "ServerSend");
  }

  @Test
  void saysNothingWhereTheLoggerIsQuieter() {
    logger(Level.WARN).accept(SPAN);

    assertThat(lines.list).isEmpty();
  }

  private TraceLog logger(Level shown) {
    var logger = context.getLogger("io.l5d.tracelog");
    logger.setLevel(shown);
    lines.start();
    logger.addAppender(lines);
    return new TraceLog(logger, org.slf4j.event.Level.INFO);
  }

  private static final Span SPAN =
      new Span(
          Span.Side.SERVER,
          new TraceId(0xa, 0xb, 0xd, 0, 0),
          "http /svc/web",
          "http",
          1_700_000_000_000_000L,
          1500,
          null,
          null,
          null,
          null,
          Map.of("service", "/svc/web"),
          List.of(
              new Span.Note(1_700_000_000_000_000L, "wr"),
              new Span.Note(1_700_000_000_001_000L, "finagle.retry")),
          "refused");
}
