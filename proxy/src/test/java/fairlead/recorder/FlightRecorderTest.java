package fairlead.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.recorder.FlightRecorder.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecorderTest {
  private static final Instant START = Instant.parse("2031-05-01T10:00:00Z");
  private static final Set<Kind> ALL = Set.of(Kind.values());

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final FlightRecorder recorder = recorder(ByteBuffer.allocate(FlightRecorder.bytes()));

  private FlightRecorder recorder(ByteBuffer memory) {
    return new FlightRecorder(memory, now::get);
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  @Test
  void takesAMebibyteAndNoMore() {
    assertThat(FlightRecorder.bytes()).isEqualTo(1 << 20);
  }

  @Test
  void tellsEventsInTheOrderTheyCame() {
    recorder.add(Kind.HEALTH, "10.0.0.1:80", "out");
    recorder.add(Kind.RELOAD, "f.yaml", "read");
    recorder.add(Kind.HEALTH, "10.0.0.1:80", "back");

    var lines = recorder.lines(null, ALL).stream().map(FlightRecorderTest::json).toList();

    assertThat(lines)
        .extracting(line -> line.path("text").textValue())
        .containsExactly("out", "read", "back");
    assertThat(lines.getFirst().path("at").textValue()).isEqualTo("2031-05-01T10:00:00Z");
    assertThat(lines.getFirst().path("kind").textValue()).isEqualTo("health");
    assertThat(lines.getFirst().path("subject").textValue()).isEqualTo("10.0.0.1:80");
  }

  @Test
  void onlyTheLastOfEachKindStayAndOneKindDoesNotPushOutAnother() {
    recorder.add(Kind.RELOAD, "f.yaml", "read");
    for (int i = 0; i < 2 * Ring.EVENTS; i++) {
      now.set(START.plusSeconds(i));
      recorder.add(Kind.FAILED, "/svc/web", "event " + i);
    }

    assertThat(recorder.lines(null, Set.of(Kind.FAILED)))
        .hasSize(Ring.EVENTS)
        .allMatch(line -> line.length() < Ring.EVENT_BYTES);
    assertThat(recorder.lines(null, Set.of(Kind.FAILED)).getFirst())
        .contains("event " + Ring.EVENTS);
    assertThat(recorder.lines(null, Set.of(Kind.RELOAD))).hasSize(1);
  }

  @Test
  void aFloodIsCountedNotKept() {
    for (int i = 0; i < 1000; i++) {
      recorder.add(Kind.SLOW, "/svc/web", "slow");
    }
    now.set(START.plusSeconds(1));
    recorder.add(Kind.SLOW, "/svc/web", "another");

    var lines = recorder.lines(null, ALL);

    assertThat(lines).hasSize(Ring.A_SECOND + 1);
    assertThat(json(lines.getLast()).path("missed").intValue()).isEqualTo(1000 - Ring.A_SECOND);
  }

  @Test
  void tellsWhatCameSince() {
    recorder.add(Kind.DTAB, "a", "before");
    now.set(START.plusSeconds(10));
    recorder.add(Kind.DTAB, "a", "after");

    assertThat(recorder.lines(START.plusSeconds(5), ALL))
        .singleElement()
        .asString()
        .contains("after");
  }

  @Test
  void oddTextsAreCutAndStayOneLineOfJson() {
    recorder.add(Kind.DTAB, "\"\n\u00e4\\".repeat(200), "x\r\n\"\u2028".repeat(500));

    var line = recorder.lines(null, ALL).getFirst();

    assertThat(line).hasSizeLessThan(Ring.EVENT_BYTES).matches("[ -~]+");
    assertThat(json(line).path("subject").textValue()).startsWith("\"\n\u00e4\\");
  }

  @Test
  void writersOnManyThreadsLoseNothingThatFits() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < Ring.A_SECOND / 4; i++) {
                      recorder.add(Kind.HEALTH, "a", "b");
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(recorder.lines(null, ALL)).hasSize(Ring.A_SECOND).allMatch(l -> json(l).isObject());
  }

  @Test
  void aFileIsReadableAsItLiesAndTheOneBeforeStays(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("recorder.jsonl");
    Files.writeString(file, "of an earlier life\n");
    FlightRecorder.note(Kind.PROCESS, "test", "in memory");

    FlightRecorder.keepIn(file);
    FlightRecorder.note(Kind.PROCESS, "test", "on disk");

    assertThat(Files.readString(dir.resolve("recorder.jsonl.before")))
        .isEqualTo("of an earlier life\n");
    assertThat(Files.size(file)).isEqualTo(FlightRecorder.bytes());
    var events = Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    assertThat(events).allMatch(line -> json(line).isObject());
    assertThat(events).anyMatch(line -> line.contains("in memory"));
    assertThat(events).anyMatch(line -> line.contains("on disk"));
  }
}
