package fairlead.naming;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of non-empty byte strings ({@code spec/routing.md} §1). Each char of an element stands
 * for one byte (0–255), so that header bytes become elements without decoding. Immutable.
 */
public record Path(List<String> elements) implements Name {
  /** {@code /}. */
  public static final Path EMPTY = new Path(List.of());

  /** Throws when an element is empty or has a char above 255. */
  public Path {
    elements = List.copyOf(elements);
    for (String element : elements) {
      if (element.isEmpty()) {
        throw new IllegalArgumentException("path element: empty (expected: at least one byte)");
      }
      for (int i = 0; i < element.length(); i++) {
        if (element.charAt(i) > 0xff) {
          throw new IllegalArgumentException(
              "path element: '" + element + "' (expected: one char a byte)");
        }
      }
    }
  }

  /** A path of these elements, each char one byte. */
  public static Path of(String... elements) {
    return new Path(List.of(elements));
  }

  /** A path of these texts, encoded as UTF-8. */
  public static Path utf8(String... texts) {
    var elements = new ArrayList<String>(texts.length);
    for (String text : texts) {
      elements.add(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }
    return new Path(elements);
  }

  public int size() {
    return elements.size();
  }

  public boolean isEmpty() {
    return elements.isEmpty();
  }

  public boolean startsWith(Path prefix) {
    return size() >= prefix.size() && elements.subList(0, prefix.size()).equals(prefix.elements);
  }

  /** The first {@code n} elements, or all when there are fewer. */
  public Path take(int n) {
    return n >= size() ? this : new Path(elements.subList(0, n));
  }

  /** What is left without the first {@code n} elements. */
  public Path drop(int n) {
    return n <= 0 ? this : n >= size() ? EMPTY : new Path(elements.subList(n, size()));
  }

  /** This path followed by {@code tail}. */
  public Path concat(Path tail) {
    if (tail.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return tail;
    }
    var all = new ArrayList<String>(size() + tail.size());
    all.addAll(elements);
    all.addAll(tail.elements);
    return new Path(all);
  }

  /**
   * As written in dtabs, headers and metrics: elements with a byte that is not showable are escaped
   * whole.
   */
  public String show() {
    if (elements.isEmpty()) {
      return "/";
    }
    var text = new StringBuilder();
    for (String element : elements) {
      text.append('/').append(showElement(element));
    }
    return text.toString();
  }

  /** One element in shown form. */
  public static String showElement(String element) {
    boolean plain = true;
    for (int i = 0; i < element.length() && plain; i++) {
      plain = isShowable(element.charAt(i));
    }
    if (plain) {
      return element;
    }
    var text = new StringBuilder(element.length() * 4);
    for (int i = 0; i < element.length(); i++) {
      text.append("\\x")
          .append(Character.forDigit(element.charAt(i) >> 4, 16))
          .append(Character.forDigit(element.charAt(i) & 15, 16));
    }
    return text.toString();
  }

  /** Whether {@code c} may stand in a label as it is. */
  static boolean isShowable(char c) {
    return (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || "_:.#$%-".indexOf(c) >= 0;
  }

  @Override
  public String toString() {
    return show();
  }
}
