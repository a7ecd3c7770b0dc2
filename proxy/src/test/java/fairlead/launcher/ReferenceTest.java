package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.launcher.KeyRows.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages of docs/config against the code: what may be written is in them. */
class ReferenceTest {
  private static final Path ROOT = Path.of(Files.isDirectory(Path.of("docs")) ? "." : "..");
  private static final Path PAGES = ROOT.resolve("docs/config");
  private static final Path SOURCES = ROOT.resolve("proxy/src/main/java");
  private static final Pattern IN_BACKTICKS = Pattern.compile("`([^`\n]+)`");
  private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z0-9]*");
  private static final Pattern ASKED =
      Pattern.compile(
          "\\.(?:text|requiredText|secret|flag|integer|number|millis|seconds|port|ip|path|word"
              + "|requiredPath|dtab|file|requiredFile|requiredDirectory|block|blocks|list|texts"
              + "|blockOrBlocks|has|scalar)\\(\\s*\"([A-Za-z0-9]+)\"");

  static Stream<Row> rows() throws IOException {
    return KeyRows.all().stream();
  }

  static Stream<String> asked() throws IOException {
    var keys = new TreeSet<String>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        String source = Files.readString(file);
        if (source.contains("fairlead.config.Block;")
            || source.contains("package fairlead.config;")) {
          ASKED.matcher(source).results().map(found -> found.group(1)).forEach(keys::add);
        }
      }
    }
    return keys.stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyKeyIsOnItsPage(Row row) throws IOException {
    String key = row.key().substring(row.key().lastIndexOf('.') + 1);

    assertThat(words(PAGES.resolve(row.page()))).contains(key);
  }

  @ParameterizedTest
  @MethodSource("asked")
  void everyKeyThatIsReadHasARow(String key) throws IOException {
    String rows;
    try (var in = KeyRows.class.getResourceAsStream("keys.txt")) {
      rows =
          new String(
              java.util.Objects.requireNonNull(in).readAllBytes(),
              java.nio.charset.StandardCharsets.UTF_8);
    }

    assertThat(WORD.matcher(rows).results().map(MatchResult::group)).contains(key);
  }

  @Test
  void everyPageIsInTheTableOfContents() throws IOException {
    String contents = Files.readString(PAGES.resolve("README.md"));
    try (Stream<Path> pages = Files.list(PAGES)) {
      List<String> names = pages.map(p -> p.getFileName().toString()).toList();

      assertThat(names).contains("README.md").hasSizeGreaterThan(10);
      assertThat(names)
          .filteredOn(name -> !name.equals("README.md"))
          .allSatisfy(name -> assertThat(contents).contains("](" + name + ")"));
    }
  }

  private static Set<String> words(Path page) throws IOException {
    return IN_BACKTICKS
        .matcher(Files.readString(page))
        .results()
        .flatMap(span -> WORD.matcher(span.group(1)).results())
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }
}
