package fairlead.naming;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rewrite rules in the order written; the last that matches is asked first. Immutable. */
public record Dtab(List<Dentry> dentries) {
  /** No rules. */
  public static final Dtab EMPTY = new Dtab(List.of());

  public Dtab {
    dentries = List.copyOf(dentries);
  }

  public boolean isEmpty() {
    return dentries.isEmpty();
  }

  /** These rules, then {@code later} ones, which are asked first. */
  public Dtab concat(Dtab later) {
    if (later.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return later;
    }
    var all = new ArrayList<>(dentries);
    all.addAll(later.dentries);
    return new Dtab(all);
  }

  /** As sent to other proxies and kept in stores: {@code prefix=>tree} joined by {@code ;}. */
  public String show() {
    return dentries.stream().map(Dentry::show).collect(Collectors.joining(";"));
  }

  /** As shown to people: {@code prefix => tree} joined by {@code " ; "}. */
  @Override
  public String toString() {
    return dentries.stream().map(Dentry::toString).collect(Collectors.joining(" ; "));
  }
}
