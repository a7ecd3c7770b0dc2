package fairlead.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the tables of {@code docs/config}, which are in the jar, say of each key. */
final class KeyMeanings {
  private static final Pattern IN_BACKTICKS = Pattern.compile("`\\.?([A-Za-z0-9.]+)`");
  private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)\\]\\([^)]*\\)");

  /** Key, default, unit, meaning, built, and what follows the last bar. */
  private static final int COLUMNS = 6;

  /** Which page tells of the keys at a place; the first that is part of it wins. */
  private static final List<Map.Entry<String, String>> PAGES =
      List.of(
          Map.entry("transformers", "transformers"),
          Map.entry("servers", "servers"),
          Map.entry("client", "client"),
          Map.entry("service", "service"),
          Map.entry("identifier", "identifiers"),
          Map.entry("interpreter", "interpreters"),
          Map.entry("routers", "routers"),
          Map.entry("namers", "namers"),
          Map.entry("telemetry", "telemetry"),
          Map.entry("metrics", "telemetry"),
          Map.entry("admin", "admin"));

  /** By page and key; of several rows the first. */
  private final Map<String, String> meanings = new HashMap<>();

  /**
   * Of the pages in the jar. Blocks.
   *
   * @throws UncheckedIOException when one cannot be read
   */
  static KeyMeanings load() {
    var all = new KeyMeanings();
    PAGES.forEach(page -> all.read(page.getValue()));
    all.read("top-level");
    return all;
  }

  private void read(String page) {
    try (InputStream in = KeyMeanings.class.getResourceAsStream("reference/" + page + ".md")) {
      if (in == null) {
        throw new IllegalStateException("page: " + page + " (expected: in the jar)");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text.lines().filter(line -> line.startsWith("| `")).forEach(line -> row(page, line));
    } catch (IOException e) {
      throw new UncheckedIOException(page, e);
    }
  }

  /** {@code | `key`, `.other` | default | unit | meaning | built? |}. */
  private void row(String page, String line) {
    List<String> cells = cells(line);
    if (cells.size() < COLUMNS) {
      return;
    }
    Matcher keys = IN_BACKTICKS.matcher(cells.getFirst());
    while (keys.find()) {
      String key = keys.group(1).substring(keys.group(1).lastIndexOf('.') + 1);
      String meaning = plain(cells.get(3));
      String fallback = plain(cells.get(1));
      String unit = plain(cells.get(2));
      var text = new StringBuilder(meaning);
      append(text, "unit: ", unit);
      append(text, "default: ", fallback);
      meanings.putIfAbsent(page + " " + key, text.toString());
    }
  }

  private static List<String> cells(String line) {
    var cells = new ArrayList<String>();
    for (String cell : line.substring(1).split("(?<!\\\\)\\|", -1)) {
      cells.add(cell.strip());
    }
    return cells;
  }

  private static void append(StringBuilder text, String title, String value) {
    if (!value.isEmpty() && !value.equals("–")) {
      text.append(text.isEmpty() ? "" : "; ").append(title).append(value);
    }
  }

  private static String plain(String markdown) {
    return LINK.matcher(markdown).replaceAll("$1").replace("**", "").replace("`", "");
  }

  /** What the key at {@code place}, such as {@code routers.servers}, means; empty when unsaid. */
  String of(String place, String key) {
    for (var page : PAGES) {
      if (List.of(place.split("\\.")).contains(page.getKey()) || place.equals(page.getKey())) {
        return meanings.getOrDefault(page.getValue() + " " + key, "");
      }
    }
    return meanings.getOrDefault("top-level " + key, "");
  }
}
