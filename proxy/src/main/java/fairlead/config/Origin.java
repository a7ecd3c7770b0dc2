package fairlead.config;

/**
 * Where a substituted part of a value came from. Immutable.
 *
 * @param reference as written: {@code ${LOCAL_IP}}
 * @param from in words: {@code environment variable LOCAL_IP}
 * @param file the path of {@code ${file:…}}; empty for every other source
 */
public record Origin(String reference, String from, String file) {
  /** What a file held may be a secret, as may a variable that is called so; never shown. */
  boolean mayBeSecret() {
    return !file.isEmpty() || Secrets.isSecretKey(name());
  }

  /** As written, but for the default of a value that must not be shown. */
  String shownReference(boolean secret) {
    int fallback = secret ? reference.indexOf(":-") : -1;
    return fallback < 0 ? reference : reference.substring(0, fallback) + ":-" + Secrets.MASK + "}";
  }

  /** The variable's name, or the word before the colon. */
  private String name() {
    return reference.replaceFirst("^\\$\\{?", "").replaceFirst("[^A-Za-z0-9_].*", "");
  }
}
