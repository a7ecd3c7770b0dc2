package fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/** {@code docs/conformance/*.md} name tests that exist, and leave none of their subjects out. */
class ConformanceTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("fairlead.root", ".."), "docs", "conformance");

  /** {@code `Class.method`}, in the last column of a row. */
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+Test)\\.(\\w+)`");

  private static final List<String> PACKAGES =
      List.of(
          "fairlead.admin",
          "fairlead.balance",
          "fairlead.balance.accrual",
          "fairlead.balance.concurrency",
          "fairlead.client",
          "fairlead.naming",
          "fairlead.retry",
          "fairlead.http",
          "fairlead.http1",
          "fairlead.http1.fuzz",
          "fairlead.http2",
          "fairlead.wire",
          "fairlead.routing",
          "fairlead.routing.classify",
          "fairlead.routing.identify",
          "fairlead.server",
          "fairlead.telemetry",
          "fairlead.tls",
          "fairlead.launcher",
          "fairlead.e2e");

  private static final Set<String> TESTS = tests();

  /** {@code Class.method} of every test of these packages. */
  private static Set<String> tests() {
    return methods().stream()
        .map(method -> method.getDeclaringClass().getSimpleName() + "." + method.getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Every test of these packages. */
  static List<Method> methods() {
    return PACKAGES.stream()
        .flatMap(name -> classes(name).stream())
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(
            method ->
                method.isAnnotationPresent(Test.class)
                    || method.isAnnotationPresent(TestFactory.class)
                    || method.isAnnotationPresent(ParameterizedTest.class))
        .toList();
  }

  private static List<Class<?>> classes(String packageName) {
    var found = new ArrayList<Class<?>>();
    try {
      var root = ConformanceTest.class.getProtectionDomain().getCodeSource().getLocation();
      Path folder = Path.of(root.toURI()).resolve(packageName.replace('.', '/'));
      try (var files = Files.newDirectoryStream(folder, "*Test.class")) {
        for (Path file : files) {
          String name = file.getFileName().toString().replace(".class", "");
          found.add(Class.forName(packageName + "." + name));
        }
      }
    } catch (IOException | URISyntaxException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }

  private static List<String> rows() throws IOException {
    var rows = new ArrayList<String>();
    try (var pages = Files.newDirectoryStream(FOLDER, "*.md")) {
      for (Path page : pages) {
        Files.readAllLines(page).stream().filter(l -> l.startsWith("| ")).forEach(rows::add);
      }
    }
    return rows;
  }

  private static List<String> named(List<String> rows) {
    var names = new ArrayList<String>();
    for (var row : rows) {
      NAMED.matcher(row).results().forEach(r -> names.add(r.group(1) + "." + r.group(2)));
    }
    return names;
  }

  @Test
  void everyTestThatThePageNamesExists() throws IOException {
    assertThat(named(rows())).isNotEmpty().allMatch(TESTS::contains, "is a test of the build");
  }

  @Test
  void everyRowNamesATest() throws IOException {
    assertThat(rows())
        .filteredOn(row -> !row.startsWith("| RFC") && !row.startsWith("| #"))
        .allMatch(row -> NAMED.matcher(row).find());
  }

  @Test
  void everyThreatHasARowWithATestOfItsNumber() throws IOException {
    var rows = rows();
    var others = IntStream.of(44, 45, 46, 47, 49, 52, 53, 54, 55, 56, 60, 62);
    for (int number : IntStream.concat(IntStream.rangeClosed(1, 41), others).toArray()) {
      String prefix = "threat%02d_".formatted(number);
      assertThat(rows)
          .as("threat %d", number)
          .anyMatch(row -> row.startsWith("| " + number + " |") && row.contains("." + prefix));
    }
  }

  @Test
  void everyDefectOfTheWireHasARowWithATestOfItsNumber() throws IOException {
    var rows = rows();
    for (int number : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}) {
      assertThat(rows)
          .anyMatch(
              row ->
                  row.startsWith("| D" + number + " |")
                      && row.contains(".seenD%02d_".formatted(number)));
    }
  }

  @Test
  void everyTestWithSuchANumberIsOnThePage() throws IOException {
    var numbered = new TreeSet<String>();
    for (var test : TESTS) {
      if (test.matches(
          "\\w+\\.(seenD(0[1-9]|1[0-4])|threat([0-3]\\d|4[01]|4[4-7]|49|5[2-6]|60|62))_\\w+")) {
        numbered.add(test);
      }
    }
    assertThat(named(rows())).containsAll(numbered);
  }
}
