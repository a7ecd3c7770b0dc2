package fairlead.http2;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every example of RFC 7541 appendix C.2 to C.6; C.1 is in {@link BlockReaderTest}. */
class HpackExamplesTest {
  /**
   * One example.
   *
   * @param fresh whether it begins with an empty table; else it goes on where the last one ended
   * @param tableBytes the size of the table after it
   */
  private record Example(
      String section, boolean fresh, int limit, int tableBytes, String hex, List<String> fields) {
    static Example of(String text) {
      List<String> lines = text.lines().toList();
      String[] first = lines.getFirst().split(" ", -1);
      return new Example(
          first[0],
          first[1].equals("new"),
          Integer.parseInt(first[2]),
          Integer.parseInt(first[3]),
          lines.get(1),
          lines.subList(2, lines.size()));
    }
  }

  @TestFactory
  @Requirement(
      rfc = "7541 §3.2",
      says = "every representation means what the examples of appendix C say")
  List<DynamicTest> appendixC() throws IOException {
    var tests = new ArrayList<DynamicTest>();
    var decoding = Decoding.ofTable(0);
    for (Example example : examples()) {
      if (example.fresh()) {
        decoding = Decoding.ofTable(example.limit());
      }
      var its = decoding;
      tests.add(DynamicTest.dynamicTest(example.section(), () -> check(example, its)));
    }
    assertThat(tests).hasSize(16);
    return tests;
  }

  private static void check(Example example, Decoding decoding) throws HpackException {
    assertThat(decoding.decode(HeaderBlock.ofHex(example.hex()))).isEqualTo(example.fields());
    assertThat(decoding.decoder().tableBytes()).isEqualTo(example.tableBytes());
  }

  private static List<Example> examples() throws IOException {
    var file = HpackExamplesTest.class.getResourceAsStream("rfc7541-appendix-c.txt");
    try (var in = requireNonNull(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return List.of(text.split("\n\n")).stream().skip(1).map(Example::of).toList();
    }
  }
}
