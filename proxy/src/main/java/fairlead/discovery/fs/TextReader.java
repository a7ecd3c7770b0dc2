package fairlead.discovery.fs;

import fairlead.activity.State;
import fairlead.discovery.fs.FileWatches.Look;
import fairlead.discovery.fs.FileWatches.Looked;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one file again when it is another, or was changed. Blocks; one thread at a time. */
final class TextReader implements Look<TextFile> {
  /** {@code spec/discovery.md} §2. */
  static final int MAX_BYTES = 500 * 1024;

  private final Path file;
  private @Nullable Stamp stamp;
  private State<TextFile> last = new State.Pending<>();

  private record Stamp(@Nullable Object key, FileTime modified, long size) {}

  TextReader(Path file) {
    this.file = file.toAbsolutePath();
  }

  @Override
  public Looked<TextFile> look(boolean hinted) {
    return new Looked<>(read(hinted), directories(file));
  }

  private State<TextFile> read(boolean hinted) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      var now = new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
      if (hinted || !now.equals(stamp)) {
        last = attributes.isDirectory() ? missing() : content();
      }
      stamp = now;
    } catch (NoSuchFileException _) {
      stamp = null;
      last = missing();
    } catch (IOException e) {
      stamp = null;
      last = new State.Failed<>(file + ": cannot be read: " + e);
    }
    return last;
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

  /** Where the file stands, and where it really stands when links lead to it. */
  static Set<Path> directories(Path file) {
    var directories = new HashSet<Path>();
    addParent(file, directories);
    try {
      addParent(file.toRealPath(), directories);
    } catch (IOException _) {
      // Missing: its own directory tells when it comes.
      addParent(file, directories);
    }
    return directories;
  }

  private static void addParent(Path file, Set<Path> directories) {
    Path parent = file.getParent();
    if (parent != null) {
      directories.add(parent);
    }
  }
}
