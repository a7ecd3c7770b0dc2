package fairlead.telemetry.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollingFileTest {
  @TempDir Path dir;
  private Instant now = Instant.parse("2026-01-31T12:30:15Z");
  private final InstantSource clock = () -> now;

  @Test
  void growsForEverUnlessToldOtherwise() throws Exception {
    try (var file = open("never", true, -1)) {
      write(file, "a\n");
      now = now.plus(Duration.ofDays(1000));
      write(file, "b\nc\n");
    }

    assertThat(contents()).containsExactly(Map.entry("access.log", "a\nb\nc\n"));
  }

  @Test
  void isPutAsideWithTheFirstLineOfTheNextHour() throws Exception {
    try (var file = open("hourly", true, -1)) {
      write(file, "a\n");
      now = Instant.parse("2026-01-31T12:59:59.999Z");
      write(file, "b\n");
      now = Instant.parse("2026-01-31T13:00:00Z");
      write(file, "c\n");
      now = Instant.parse("2026-01-31T15:10:00Z");
      write(file, "d\n");
    }

    assertThat(contents())
        .containsExactly(
            Map.entry("access-20260131-12.log", "a\nb\n"),
            Map.entry("access-20260131-13.log", "c\n"),
            Map.entry("access.log", "d\n"));
  }

  @Test
  void isPutAsideBeforeTheLineThatWouldBeTooMuch() throws Exception {
    try (var file = open("10.bytes", true, -1)) {
      write(file, "1234\n5678\nabcd\nlonger than ten bytes\nz\n");
    }

    assertThat(contents())
        .containsExactly(
            Map.entry("access-20260131-123015-1.log", "abcd\n"),
            Map.entry("access-20260131-123015-2.log", "longer than ten bytes\n"),
            Map.entry("access-20260131-123015.log", "1234\n5678\n"),
            Map.entry("access.log", "z\n"));
  }

  @Test
  void whatIsThereCountsWhenItIsAppendedTo() throws Exception {
    Files.writeString(dir.resolve("access.log"), "before\n");
    try (var file = open("10.bytes", true, -1)) {
      write(file, "1234\n");
    }

    assertThat(contents())
        .containsExactly(
            Map.entry("access-20260131-123015.log", "before\n"), Map.entry("access.log", "1234\n"));
  }

  @Test
  void whatIsThereIsThrownAwayWhenItIsNotAppendedTo() throws Exception {
    Files.writeString(dir.resolve("access.log"), "before\n");
    try (var file = open("never", false, -1)) {
      write(file, "a\n");
    }

    assertThat(contents()).containsExactly(Map.entry("access.log", "a\n"));
  }

  @Test
  void keepsTheNewestOfThosePutAsideAndTouchesNobodyElses() throws Exception {
    Files.writeString(dir.resolve("access-notes.log"), "mine");
    try (var file = open("daily", true, 2)) {
      for (int day = 0; day < 5; day++) {
        write(file, day + "\n");
        now = now.plus(Duration.ofDays(1));
      }
    }

    assertThat(contents())
        .containsExactly(
            Map.entry("access-20260202.log", "2\n"),
            Map.entry("access-20260203.log", "3\n"),
            Map.entry("access-notes.log", "mine"),
            Map.entry("access.log", "4\n"));
  }

  @Test
  void aSignalOpensWhatWasMovedAwayAnew() throws Exception {
    try (var file = open("sighup", true, -1)) {
      write(file, "a\n");
      Files.move(dir.resolve("access.log"), dir.resolve("moved"));
      write(file, "b\n");
      file.reopen();
      write(file, "c\n");
    }

    assertThat(contents())
        .containsExactly(Map.entry("access.log", "c\n"), Map.entry("moved", "a\nb\n"));
  }

  @Test
  void fault29_aFullDiskIsToldToWhoWrites() throws Exception {
    var full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "skipped: there is no /dev/full here");
    try (var file =
        new RollingFile(full, new RollPolicy.Never(), true, -1, clock, ZoneOffset.UTC)) {
      assertThatThrownBy(() -> write(file, "a\n"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left");
    }
  }

  private RollingFile open(String policy, boolean append, int keep) throws IOException {
    var parsed = Objects.requireNonNull(RollPolicy.parse(policy));
    return new RollingFile(dir.resolve("access.log"), parsed, append, keep, clock, ZoneOffset.UTC);
  }

  private static void write(RollingFile file, String lines) throws IOException {
    byte[] bytes = lines.getBytes(StandardCharsets.US_ASCII);
    file.write(bytes, 0, bytes.length);
  }

  private Map<String, String> contents() throws IOException {
    var contents = new TreeMap<String, String>();
    try (var all = Files.list(dir)) {
      for (var file : all.toList()) {
        contents.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return contents;
  }
}
