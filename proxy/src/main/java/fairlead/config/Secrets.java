package fairlead.config;

import fairlead.config.Setting.Scalar;
import java.util.Locale;

/** What must not be shown. */
public final class Secrets {
  /** What stands in place of a secret. */
  public static final String MASK = "***";

  private static final int SHOWN_CHARS = 60;

  private Secrets() {}

  /** Whether values under this key are secrets; keys that name a file are not. */
  public static boolean isSecretKey(String key) {
    String low = key.toLowerCase(Locale.ROOT);
    if (low.endsWith("file") || low.endsWith("path")) {
      return false;
    }
    return low.contains("token")
        || low.contains("password")
        || low.contains("passwd")
        || low.contains("secret")
        || low.contains("credential");
  }

  /**
   * Whether this value must be masked: by its key, because a file held it, or because it is a key
   * in the place of a file's name.
   */
  public static boolean isSecret(String key, Scalar scalar) {
    return isSecretKey(key)
        || scalar.origins().stream().anyMatch(Origin::mayBeSecret)
        || scalar.text().contains("PRIVATE KEY-----");
  }

  /** The value for a message, masked or cut where needed. */
  static String shown(String key, Scalar scalar) {
    if (isSecret(key, scalar)) {
      return MASK;
    }
    String text = scalar.text().strip().replaceAll("\\s+", " ");
    String cut = text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "…" : text;
    return "'" + cut + "'";
  }
}
