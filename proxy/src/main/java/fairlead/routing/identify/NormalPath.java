package fairlead.routing.identify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a path decides which service is asked, the backend must not read another path out of it
 * (threat 56). Paths are forwarded as they came, so those of which servers make different things
 * are refused instead of mended.
 */
final class NormalPath {
  static final String EMPTY_SEGMENT = "empty segment in path";

  private NormalPath() {}

  /**
   * Why {@code path} might be read in another way, or null.
   *
   * @param path without its query
   * @param taken its first segments, which name the service
   */
  static @Nullable String faultOf(String path, List<String> taken) {
    for (String segment : taken) {
      String fault = faultOfTaken(segment);
      if (fault != null) {
        return fault;
      }
    }
    return hasDotSegment(path) ? "dot segment in path" : null;
  }

  private static @Nullable String faultOfTaken(String segment) {
    if (segment.isEmpty()) {
      return EMPTY_SEGMENT;
    }
    if (segment.indexOf(';') >= 0) {
      return "parameter in path";
    }
    for (int i = segment.indexOf('%'); i >= 0; i = segment.indexOf('%', i + 1)) {
      int decoded = decoded(segment, i);
      if (decoded < 0 || isPlain(decoded)) {
        return "needless or malformed escape in path";
      }
    }
    return null;
  }

  /** As servers see it that decode first, and that take parameters off, and turn backslashes. */
  private static boolean hasDotSegment(String path) {
    if (path.indexOf('.') < 0 && path.indexOf('%') < 0) {
      return false;
    }
    for (String segment : decoded(path).replace('\\', '/').split("/", -1)) {
      int parameter = segment.indexOf(';');
      String bare = parameter < 0 ? segment : segment.substring(0, parameter);
      if (bare.equals(".") || bare.equals("..")) {
        return true;
      }
    }
    return false;
  }

  /** Decoded once; what is no escape stays. */
  private static String decoded(String path) {
    var text = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      int decoded = path.charAt(i) == '%' ? decoded(path, i) : -1;
      text.append(decoded < 0 ? path.charAt(i) : (char) decoded);
      i += decoded < 0 ? 0 : 2;
    }
    return text.toString();
  }

  /** The byte that the escape at {@code i} stands for, or -1 when it is none. */
  private static int decoded(String text, int i) {
    if (i + 2 >= text.length()) {
      return -1;
    }
    int high = Character.digit(text.charAt(i + 1), 16);
    int low = Character.digit(text.charAt(i + 2), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  /** What needs no escape (RFC 3986 §2.3), what parts segments, and what ends a C string. */
  private static boolean isPlain(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || "-._~/\\;".indexOf(c) >= 0
        || c < ' ';
  }
}
