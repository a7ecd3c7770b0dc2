package fairlead.discovery.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextReaderTest {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir Path directory;

  private Path file = Path.of("");
  private TextReader reader = new TextReader(file);

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("web"), "one");
    Files.setLastModifiedTime(file, LONG_AGO);
    reader = new TextReader(file);
  }

  private boolean isStale() {
    return reader.isStale(new Stats());
  }

  @Test
  void isStaleUntilItWasReadAndAgainWhenTheFileChanges() throws IOException {
    assertThat(isStale()).isTrue();

    reader.look();
    assertThat(isStale()).isFalse();

    Files.writeString(file, "two");
    assertThat(isStale()).isTrue();
  }

  @Test
  void isStaleWhenAnotherFileOfTheSameTimeAndSizeTookItsPlace() throws IOException {
    reader.look();

    Path other = Files.writeString(directory.resolve("next"), "two");
    Files.setLastModifiedTime(other, LONG_AGO);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);

    assertThat(isStale()).isTrue();
  }

  @Test
  void isStaleAfterAReadingSoSoonThatTheTimeMayNotTell() throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));

    reader.look();

    assertThat(isStale()).isTrue();
  }

  @Test
  void isStaleWhenTheFileComesOrGoes() throws IOException {
    reader.look();
    Files.delete(file);
    assertThat(isStale()).isTrue();

    reader.look();
    assertThat(isStale()).isFalse();

    Files.writeString(file, "back");
    assertThat(isStale()).isTrue();
  }
}
