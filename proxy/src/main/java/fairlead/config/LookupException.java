package fairlead.config;

import java.util.List;

/**
 * A substituted value that could not be had. The message is what is wrong; how to mend it. Carries
 * no stack trace.
 */
public final class LookupException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient List<String> details;

  public LookupException(String message) {
    this(message, List.of());
  }

  /** With further lines: what was tried. */
  public LookupException(String message, List<String> details) {
    super(message, null, false, false);
    this.details = List.copyOf(details);
  }

  public List<String> details() {
    return details;
  }
}
