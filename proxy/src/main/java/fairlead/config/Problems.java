package fairlead.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Collects every fault of one run. Mutable; one thread. */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /** Notes one fault; {@code text} is what is wrong; how to mend it. */
  public void add(Position at, String key, String text) {
    add(new Problem(at, key, text, List.of()));
  }

  /** Notes one fault, unless the very same was noted before. */
  public void add(Problem problem) {
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** All of them in the order of their places. */
  public List<Problem> sorted() {
    return found.stream().sorted(Comparator.comparing(Problem::at)).toList();
  }

  /** One line a fault, each ended by a newline. */
  public String show() {
    return sorted().stream().map(p -> p.show() + "\n").collect(Collectors.joining());
  }
}
