package fairlead.discovery.fs;

import java.nio.file.Path;

/** A name in a directory, by the path that led there: links on it are followed at each look. */
record Entry(Path directory, Path name) {
  /** The name that stands for all. */
  static final Path EVERY = Path.of("");

  /** All that {@code directory} has, or may come to have. */
  static Entry everyOf(Path directory) {
    return new Entry(directory, EVERY);
  }
}
