package fairlead.admin;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Which page answers which path ({@code spec/admin.md} §2): a pattern that ends in {@code /} is a
 * prefix, any other is exact; the longest match wins. Any thread.
 */
public final class AdminPages {
  private record Entry(AdminPage page, boolean control) {}

  private static final Entry NOT_FOUND =
      new Entry(request -> AdminResponse.notFound(request).now(), false);

  private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();

  /** Adds a page that changes nothing; replaces one of the same pattern. */
  public AdminPages add(String pattern, AdminPage page) {
    entries.put(pattern, new Entry(page, false));
    return this;
  }

  /** Adds a page whose POST changes something: only who may do so reaches it. */
  public AdminPages addControl(String pattern, AdminPage page) {
    entries.put(pattern, new Entry(page, true));
    return this;
  }

  /** Every pattern, sorted. */
  public List<String> patterns() {
    return List.copyOf(entries.keySet());
  }

  AdminPage pageAt(String path) {
    return entryAt(path).page;
  }

  boolean isControl(String path) {
    return entryAt(path).control;
  }

  private Entry entryAt(String path) {
    var exact = entries.get(path);
    if (exact != null) {
      return exact;
    }
    for (int slash = path.lastIndexOf('/'); slash >= 0; slash = path.lastIndexOf('/', slash - 1)) {
      var prefix = entries.get(path.substring(0, slash + 1));
      if (prefix != null) {
        return prefix;
      }
      if (slash == 0) {
        break;
      }
    }
    return NOT_FOUND;
  }
}
