package fairlead.config;

/**
 * Where a substituted part of a value came from. Immutable.
 *
 * @param reference as written: {@code ${LOCAL_IP}}
 * @param from in words: {@code environment variable LOCAL_IP}
 * @param file the path of {@code ${file:…}}; empty for every other source
 */
public record Origin(String reference, String from, String file) {
  /** What a file held may be a secret and is never shown. */
  boolean mayBeSecret() {
    return !file.isEmpty();
  }
}
