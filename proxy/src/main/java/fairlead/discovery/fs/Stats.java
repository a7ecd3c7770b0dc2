package fairlead.discovery.fs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;

/** What the file system says of paths, each asked once. Blocks; one thread. */
final class Stats {
  private final Map<Path, Answer> answers = new HashMap<>();

  private sealed interface Answer {
    record Found(BasicFileAttributes attributes) implements Answer {}

    record Refused(IOException why) implements Answer {}
  }

  /**
   * Of the file that {@code path} leads to, over links too.
   *
   * @throws IOException as {@link Files#readAttributes}
   */
  BasicFileAttributes of(Path path) throws IOException {
    return switch (answers.computeIfAbsent(path, Stats::ask)) {
      case Answer.Found(var attributes) -> attributes;
      case Answer.Refused(var why) -> throw why;
    };
  }

  private static Answer ask(Path path) {
    try {
      return new Answer.Found(Files.readAttributes(path, BasicFileAttributes.class));
    } catch (IOException refused) {
      return new Answer.Refused(refused);
    }
  }
}
