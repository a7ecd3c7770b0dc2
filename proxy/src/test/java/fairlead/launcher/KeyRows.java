package fairlead.launcher;

import static java.util.Objects.requireNonNull;

import fairlead.tls.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The rows of {@code keys.txt}, which says of itself how it is to be read. */
final class KeyRows {
  /** The certificates that rows name. */
  private static final Path CERTIFICATES = Path.of("target", "tls");

  static {
    try {
      Files.createDirectories(CERTIFICATES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var ca = new TestCa(CERTIFICATES, "ca");
    ca.issue("web.test").write(CERTIFICATES, "web");
    ca.issue("web.test").write(CERTIFICATES, "other");
  }

  private KeyRows() {}

  /**
   * One key in one block.
   *
   * @param block its name and variant
   * @param template the file around it, {@code @} where the key goes
   * @param key with dots where it stands in inner blocks
   * @param good empty when nothing of it is built
   * @param notBuilt empty when all of it is built
   * @param bad with a mark before its fault
   */
  record Row(
      String block,
      String page,
      String template,
      String key,
      boolean required,
      String good,
      String notBuilt,
      String bad,
      String fault) {

    /** The file with this value. */
    Text with(String value) {
      return withLine(key, value);
    }

    /** The file where the key is written so. */
    Text withLine(String writtenKey, String value) {
      int dots = (int) writtenKey.chars().filter(c -> c == '.').count();
      String start = writtenKey.replace(".", ": {") + ": ";
      String line = start + value + "}".repeat(dots);
      return Text.of(lineOfKey() < 0 ? template.replace("@", line) : replaced(line));
    }

    /** The file without the key. */
    Text without() {
      return Text.of(lineOfKey() < 0 ? bare() : replaced("# nothing"));
    }

    /** The file before the key comes. */
    String bare() {
      return template.replace("@", "# nothing");
    }

    /** Whether its block is as good as absent without it. */
    boolean isAlone() {
      List<String> lines = template.lines().toList();
      int line = lineOfKey();
      return line > 0
          && !lines.get(line - 1).startsWith(indent().isEmpty() ? "x" : indent())
          && lines.get(line + 1).strip().equals("@");
    }

    private int lineOfKey() {
      List<String> lines = template.lines().toList();
      int found = -1;
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).startsWith(indent() + key + ":")) {
          found = i;
        }
      }
      return found;
    }

    /** That of the place of the key. */
    private String indent() {
      String line = template.lines().filter(l -> l.strip().equals("@")).findFirst().orElse("");
      return line.substring(0, line.indexOf('@'));
    }

    private String replaced(String line) {
      var lines = new ArrayList<>(bare().lines().toList());
      lines.set(lineOfKey(), indent() + line);
      return String.join("\n", lines) + "\n";
    }

    @Override
    public String toString() {
      return block + ": " + key;
    }
  }

  /**
   * A file.
   *
   * @param at {@code line:column} of the mark that was in it; empty when there was none
   */
  record Text(String yaml, String at) {
    static Text of(String marked) {
      int mark = marked.indexOf('»');
      if (mark < 0) {
        return new Text(marked, "");
      }
      String before = marked.substring(0, mark);
      long line = before.chars().filter(c -> c == '\n').count() + 1;
      int column = mark - before.lastIndexOf('\n');
      return new Text(before + marked.substring(mark + 1), line + ":" + column);
    }
  }

  /** All rows, each for every variant of its block. */
  static List<Row> all() throws IOException {
    String text;
    try (var in = requireNonNull(KeyRows.class.getResourceAsStream("keys.txt"))) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    var rows = new ArrayList<Row>();
    for (String section : text.substring(text.indexOf("\n== ")).split("\n== ", -1)) {
      if (!section.isBlank()) {
        addSection(section, rows);
      }
    }
    return rows;
  }

  private static void addSection(String section, List<Row> rows) {
    String[] title = section.lines().findFirst().orElse("").split(" : ", -1);
    String[] parts = section.substring(section.indexOf('\n') + 1).split("---\n", -1);
    String[] variants = title.length > 2 ? title[2].strip().split(" ", -1) : new String[] {""};
    for (String variant : variants) {
      parts[1]
          .lines()
          .filter(line -> !line.isBlank())
          .map(line -> row(title, parts[0].replace("%", variant), line, variant))
          .forEach(rows::add);
    }
  }

  private static Row row(String[] title, String template, String line, String variant) {
    String[] cells = line.split("\\|", -1);
    if (cells.length != 5) {
      throw new IllegalArgumentException("row of keys.txt: " + line + " (expected: 5 cells)");
    }
    String key = cells[0].strip();
    return new Row(
        variant.isEmpty() ? title[0] : title[0] + " (" + variant + ")",
        title[1].strip(),
        template,
        key.replaceFirst(" R$", ""),
        key.endsWith(" R"),
        cells[1].strip(),
        cells[2].strip(),
        cells[3].strip(),
        cells[4].strip());
  }
}
