package fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/faults.md} has a row for each fault of the catalogue, and names tests that exist. */
class FaultsPageTest {
  private static final Path ROOT =
      Path.of(System.getProperty("fairlead.root", "..")).toAbsolutePath().normalize();
  private static final Path TESTS = ROOT.resolve("proxy/src/test/java");

  private static final int FAULTS = 40;

  private static final Pattern ROW = Pattern.compile("^\\| F(\\d+) \\|", Pattern.MULTILINE);
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(fault(\\d\\d)_\\w+)`");

  @Test
  void everyFaultHasARowWithATestOfItsNumberThatExists() throws IOException {
    Map<String, String> sources = sources();
    var named = new TreeMap<Integer, Integer>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/faults.md"))) {
      var row = ROW.matcher(line);
      if (!row.find()) {
        continue;
      }
      int fault = Integer.parseInt(row.group(1));
      var tests = TEST.matcher(line).results().toList();
      for (var test : tests) {
        assertThat(Integer.parseInt(test.group(3))).as(line).isEqualTo(fault);
        assertThat(sources.getOrDefault(test.group(1), ""))
            .as("%s of %s", test.group(2), test.group(1))
            .contains("void " + test.group(2) + "(");
      }
      assertThat(tests).as("tests in: %s", line).isNotEmpty();
      named.merge(fault, tests.size(), Integer::sum);
    }

    assertThat(named.keySet())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, FAULTS).boxed().toList());
  }

  /** By class name. */
  private static Map<String, String> sources() throws IOException {
    var all = new HashMap<String, String>();
    try (Stream<Path> files = Files.walk(TESTS)) {
      for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
        all.put(String.valueOf(file.getFileName()).replace(".java", ""), Files.readString(file));
      }
    }
    return all;
  }
}
