package fairlead.naming;

import java.util.List;

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
  }

  public Prefix {
    elements = List.copyOf(elements);
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
}
