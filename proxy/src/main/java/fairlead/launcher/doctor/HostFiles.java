package fairlead.launcher.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the kernel tells in files. Blocks. */
interface HostFiles {
  /** The text of the file, without white space around it; empty when it cannot be read. */
  Optional<String> read(String file);

  /** The real ones. */
  static HostFiles real() {
    return file -> {
      try {
        return Optional.of(Files.readString(Path.of(file)).strip());
      } catch (IOException _) { // not this kernel, or not for us
        return Optional.empty();
      }
    };
  }
}
