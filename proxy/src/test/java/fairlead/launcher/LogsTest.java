package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogsTest {
  private static final Duration ENOUGH = Duration.ofSeconds(30);

  private static final Pattern LOST =
      Pattern.compile(": (\\d+) log lines lost: standard output did not take them$");

  private final LoggerContext context = new LoggerContext();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @BeforeEach
  void asTheProcessMakesIt() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @Test
  void aTextLineIsAsLinkerdWroteIt() {
    var logs = Logs.configure(context, Map.of(), out);
    context.getLogger("fairlead.admin.AdminServer").info("serving on {}", 9990);
    logs.close(ENOUGH);

    assertThat(written())
        .singleElement()
        .asString()
        .matches(
            "I \\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{3} UTC THREAD\\d+ AdminServer: serving on 9990");
  }

  @Test
  void aJsonLineIsOneObject() throws IOException {
    var logs = Logs.configure(context, Map.of("FAIRLEAD_LOG", "json"), out);
    context.getLogger("a.B").warn("said \"{}\"", "no\nyes");
    logs.close(ENOUGH);

    var line = new JsonMapper().readTree(written().getFirst());
    assertThat(written()).hasSize(1);
    assertThat(line.get("level").asText()).isEqualTo("WARN");
    assertThat(line.get("logger").asText()).isEqualTo("a.B");
    assertThat(line.get("message").asText()).isEqualTo("said \"no\nyes\"");
    assertThat(line.get("time").asText()).endsWith("Z");
  }

  @Test
  void anErrorStaysOnItsLine() {
    var logs = Logs.configure(context, Map.of(), out);
    var thrown = new IllegalStateException("outer", new IOException("inner\nline"));
    context.getLogger("a.B").error("failed", thrown);
    logs.close(ENOUGH);

    assertThat(written())
        .singleElement()
        .asString()
        .contains(
            ": failed | java.lang.IllegalStateException: outer at fairlead.launcher.LogsTest",
            ", caused by java.io.IOException: inner\\nline at ");
  }

  @Test
  void threat52_lineEndsAndTerminalCommandsDoNothing() {
    var logs = Logs.configure(context, Map.of(), out);
    context.getLogger("a.B").info("host {}", "x\r\nE 0101 forged\u001b[2J\u009b1m\u2028\u0000");
    logs.close(ENOUGH);

    assertThat(written())
        .singleElement()
        .asString()
        .endsWith("host x\\r\\nE 0101 forged\\u001b[2J\\u009b1m\\u2028\\u0000");
  }

  @Test
  void threat52_aHugeValueIsCut() {
    var logs = Logs.configure(context, Map.of(), out);
    context.getLogger("a.B").info("x".repeat(1_000_000));
    logs.close(ENOUGH);

    assertThat(written().getFirst().length()).isLessThan(9000);
  }

  @Test
  void threat61_valuesAreNotLookedUp() {
    var logs = Logs.configure(context, Map.of(), out);
    context.getLogger("a.B").info("host {}", "${jndi:ldap://x/a} %msg {}");
    logs.close(ENOUGH);

    assertThat(written().getFirst()).endsWith("host ${jndi:ldap://x/a} %msg {}");
  }

  @Test
  void theLevelCanBeSetAndAWrongOneIsTold() {
    Logs.configure(context, Map.of("FAIRLEAD_LOG_LEVEL", "warning"), out).close(ENOUGH);
    context.getLogger("a.B").info("not shown");
    Logs.configure(context, Map.of("FAIRLEAD_LOG_LEVEL", "loud"), out).close(ENOUGH);

    assertThat(written())
        .singleElement()
        .asString()
        .contains("FAIRLEAD_LOG_LEVEL: 'loud' is not a level; use ERROR");
  }

  @Test
  void fault30_aStalledReaderBlocksNobodyAndTheLossIsTold() throws IOException {
    try (var reader = new PipedInputStream(64);
        var pipe = new PipedOutputStream(reader)) {
      var logs = Logs.configure(context, Map.of(), pipe);
      var logger = context.getLogger("a.B");

      for (int i = 0; i < 20_000; i++) {
        logger.info("line {}", i);
      }

      long dropped = logs.dropped();
      assertThat(dropped).isBetween(15_000L, 16_000L);
      Thread.ofPlatform().daemon().start(() -> drain(reader));
      logs.close(ENOUGH);
      assertThat(written().stream().mapToLong(LogsTest::lost).sum()).isEqualTo(dropped);
    }
  }

  @Test
  void fault29_aFullDiskLosesLinesAndNothingElse() {
    var disk = new FullDisk();
    var logs = Logs.configure(context, Map.of(), disk);
    context.getLogger("a.B").info("first");
    disk.awaitFailure();
    disk.full = false;
    context.getLogger("a.B").info("second");
    logs.close(ENOUGH);

    assertThat(logs.dropped()).isEqualTo(1);
    assertThat(written()).hasSize(2);
    assertThat(written().getLast()).endsWith("second");
  }

  private static long lost(String line) {
    var matcher = LOST.matcher(line);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private List<String> written() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private void drain(PipedInputStream reader) {
    try {
      for (int b = reader.read(); b >= 0; b = reader.read()) {
        out.write(b);
      }
    } catch (IOException _) {
      // the writer is gone
    }
  }

  private final class FullDisk extends OutputStream {
    private final CountDownLatch failed = new CountDownLatch(1);
    private volatile boolean full = true;

    @Override
    public void write(int b) throws IOException {
      if (full) {
        failed.countDown();
        throw new IOException("No space left on device");
      }
      out.write(b);
    }

    void awaitFailure() {
      try {
        failed.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
