package fairlead.exchange;

import java.util.ArrayList;
import java.util.List;

/** Filters in the order a request meets them. Built once, then only read. */
public final class Stack {
  private final List<String> roles = new ArrayList<>();
  private Filter[] filters = {};

  /** Adds the next filter; {@code role} is its name in this stack. */
  public Stack then(String role, Filter filter) {
    roles.add(role);
    var longer = java.util.Arrays.copyOf(filters, filters.length + 1);
    longer[filters.length] = filter;
    filters = longer;
    return this;
  }

  /** The names of the filters, in order. */
  public List<String> roles() {
    return List.copyOf(roles);
  }

  int size() {
    return filters.length;
  }

  Filter get(int i) {
    return filters[i];
  }
}
