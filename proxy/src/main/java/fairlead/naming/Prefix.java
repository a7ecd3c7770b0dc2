package fairlead.naming;

import java.util.List;
import java.util.stream.Collectors;

/** The left side of a dentry ({@code spec/routing.md} §3). Immutable. */
public record Prefix(List<Element> elements) {
  /** What one element of a path must be. */
  public sealed interface Element {
    /** {@code *}: anything. */
    record Any() implements Element {}

    /** Exactly these bytes, one char each. */
    record Label(String bytes) implements Element {}

    private boolean matches(String element) {
      return switch (this) {
        case Any _ -> true;
        case Label(var bytes) -> bytes.equals(element);
      };
    }

    private String show() {
      return switch (this) {
        case Any _ -> "*";
        case Label(var bytes) -> Path.showElement(bytes);
      };
    }
  }

  public Prefix {
    elements = List.copyOf(elements);
  }

  /**
   * The prefix that {@code text} says.
   *
   * @throws NameSyntaxException when it says none
   */
  public static Prefix parse(String text) {
    return new NameParser(text).wholePrefix();
  }

  public int size() {
    return elements.size();
  }

  /** Whether the first elements of {@code path} match. */
  public boolean matches(Path path) {
    if (path.size() < size()) {
      return false;
    }
    for (int i = 0; i < size(); i++) {
      if (!elements.get(i).matches(path.elements().get(i))) {
        return false;
      }
    }
    return true;
  }

  /** As written in dtabs. */
  public String show() {
    return "/" + elements.stream().map(Element::show).collect(Collectors.joining("/"));
  }

  @Override
  public String toString() {
    return show();
  }
}
