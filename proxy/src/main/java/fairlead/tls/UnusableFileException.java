package fairlead.tls;

import java.nio.file.Path;

/**
 * A file of certificates or keys that cannot be used, with a message for the operator: what is
 * wrong and how to mend it, and never a part of a key.
 */
public final class UnusableFileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final transient Path file;
  private final String reason;

  UnusableFileException(Path file, String reason) {
    super(file + " " + reason);
    this.file = file;
    this.reason = reason;
  }

  /** Which file. */
  public Path file() {
    return file;
  }

  /** The message without the name of the file. */
  public String reason() {
    return reason;
  }
}
