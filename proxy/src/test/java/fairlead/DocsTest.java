package fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages point at is there. */
class DocsTest {
  private static final Path ROOT =
      Path.of(System.getProperty("fairlead.root", "..")).toAbsolutePath().normalize();
  private static final Path CODE = ROOT.resolve("proxy/src/main/java/fairlead");

  /** The target of a Markdown link, without its fragment. */
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

  /** A file of the repository, named in running text by its path from the top. */
  private static final Pattern PATH =
      Pattern.compile("`((?:docs|deploy|examples|proxy|bench)/[A-Za-z0-9_./-]+)`");

  /** A type named by package and class, as {@code http1/ServerCodec}. */
  private static final Pattern TYPE =
      Pattern.compile("`?\\b([a-z0-9]+(?:/[a-z0-9]+)*/[A-Z][A-Za-z0-9]+)\\b");

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(
              Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "deploy/README.md")
                  .map(ROOT::resolve),
              docs.filter(file -> file.toString().endsWith(".md")).toList().stream())
          .sorted();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkAndPathOfAPageLeadsSomewhere(Path page) {
    List<String> broken =
        Stream.concat(
                found(LINK, page)
                    .filter(link -> !link.matches("[a-z]+:.*"))
                    .filter(link -> !Files.exists(page.resolveSibling(link))),
                found(PATH, page).filter(path -> !Files.exists(ROOT.resolve(path))))
            .toList();

    assertThat(broken).as("%s", ROOT.relativize(page)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("typedPages")
  void everyTypeThatAPageNamesIsInTheCode(Path page) {
    List<String> missing =
        found(TYPE, page).filter(type -> !Files.exists(CODE.resolve(type + ".java"))).toList();

    assertThat(found(TYPE, page)).isNotEmpty();
    assertThat(missing).as("%s", ROOT.relativize(page)).isEmpty();
  }

  static Stream<Path> typedPages() {
    return Stream.of(ROOT.resolve("docs/life-of-a-request.md"));
  }

  private static Stream<String> found(Pattern pattern, Path page) {
    try {
      return pattern
          .matcher(Files.readString(page))
          .results()
          .map(result -> result.group(1))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(page.toString(), e);
    }
  }
}
