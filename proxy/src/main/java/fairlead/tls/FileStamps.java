package fairlead.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** By what is seen whether files have changed. Immutable. */
record FileStamps(List<Stamp> stamps) {
  /** Of one file, to which links are followed; all of it null when there is none. */
  record Stamp(@Nullable FileTime modified, long size, @Nullable Object key) {
    private static final Stamp NONE = new Stamp(null, -1, null);
  }

  FileStamps {
    stamps = List.copyOf(stamps);
  }

  /** Asks the file system: blocks. */
  static FileStamps of(Collection<Path> files) {
    return new FileStamps(files.stream().map(FileStamps::stamp).toList());
  }

  private static Stamp stamp(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (IOException gone) {
      return Stamp.NONE;
    }
  }
}
