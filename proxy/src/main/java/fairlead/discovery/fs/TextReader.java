package fairlead.discovery.fs;

import fairlead.activity.State;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** Reads one file; stale when it is another, or was changed. Blocks; one thread at a time. */
final class TextReader implements Look<TextFile> {
  /** {@code spec/discovery.md} §2. */
  static final int MAX_BYTES = 500 * 1024;

  /** A file changed this shortly before it was read may change again and bear the same time. */
  private static final long YOUNG_MILLIS = 2_000;

  private final Path file;
  private Seen seen = new Seen.Trouble();

  /** What a file was when it was read. */
  private sealed interface Seen {
    /** Read once it was no longer young. */
    record Version(@Nullable Object key, FileTime modified, long size) implements Seen {}

    /** Read when it was young. */
    record Young() implements Seen {}

    record Missing() implements Seen {}

    record Trouble() implements Seen {}
  }

  TextReader(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** The directory in which {@code file} is to be found. */
  static Path home(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  @Override
  public Looked<TextFile> look() {
    return new Looked<>(read(), Trail.of(file));
  }

  @Override
  public boolean isStale(Stats stats) {
    try {
      return !version(stats.of(file)).equals(seen);
    } catch (NoSuchFileException _) {
      return !(seen instanceof Seen.Missing);
    } catch (IOException _) {
      return true;
    }
  }

  private State<TextFile> read() {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      long age = System.currentTimeMillis() - attributes.lastModifiedTime().toMillis();
      seen = Math.abs(age) < YOUNG_MILLIS ? new Seen.Young() : version(attributes);
      return attributes.isDirectory() ? missing() : content();
    } catch (NoSuchFileException _) {
      seen = new Seen.Missing();
      return missing();
    } catch (IOException e) {
      seen = new Seen.Trouble();
      return new State.Failed<>(file + ": cannot be read: " + e);
    }
  }

  private static Seen version(BasicFileAttributes attributes) {
    return new Seen.Version(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
  }

  private static State<TextFile> missing() {
    return new State.Ok<>(new TextFile.Missing());
  }

  private State<TextFile> content() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return bytes.length > MAX_BYTES
          ? new State.Failed<>(file + ": larger than 500 KB")
          : new State.Ok<>(new TextFile.Text(new String(bytes, StandardCharsets.UTF_8)));
    }
  }
}
