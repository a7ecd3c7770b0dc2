package fairlead.http1.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzzer finds leniencies of the kinds that smuggle requests, and soon. */
class PlantedFaultsTest {
  private static final int CASES = 20_000;

  /** What a reader more lenient than ours would take the bytes for. */
  record Fault(String name, UnaryOperator<String> lenience) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
        new Fault("bare lf", bytes -> bytes.replaceAll("(?<!\r)\n", "\r\n")),
        new Fault("folded lines", bytes -> bytes.replaceAll("\r\n[ \t]+", " ")),
        new Fault(
            "blank before colon", bytes -> bytes.replaceAll("(?m)^([A-Za-z-]+)[ \t]+:", "$1:")),
        new Fault(
            "same length twice",
            bytes -> bytes.replaceAll("(?is)(\r\ncontent-length: 5)(.*?)\\1(?=\r\n)", "$1$2")),
        new Fault(
            "leading zero",
            bytes -> bytes.replaceAll("(?i)(\r\ncontent-length:) 0(?=[1-9])", "$1 ")),
        new Fault("hex prefix", bytes -> bytes.replaceAll("(?<=\r\n)0x(?=[0-9a-f]+\r\n)", "")),
        new Fault("signed size", bytes -> bytes.replaceAll("(?<=\r\n)\\+(?=[0-9a-f]+\r\n)", "")),
        new Fault(
            "blank behind size",
            bytes -> bytes.replaceAll("(?<=\r\n)([0-9a-f]+)[ \t]+(?=\r\n)", "$1")),
        new Fault(
            "coding in any case",
            bytes ->
                Pattern.compile("(?i)(\r\ntransfer-encoding:) ?chunked(?=\r\n)")
                    .matcher(bytes)
                    .replaceAll("$1chunked")),
        new Fault("empty coding", bytes -> bytes.replace("\r\nTransfer-Encoding:\r\n", "\r\n")),
        new Fault("nul is nothing", bytes -> bytes.replace("\0", "")),
        new Fault("later version", bytes -> bytes.replace("HTTP/1.2\r\n", "HTTP/1.1\r\n")),
        new Fault("empty lines", bytes -> bytes.replaceAll("^(\r\n){2,}", "")));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aLenientReaderIsFound(Fault fault) {
    var fuzz = new Fuzz(fault.lenience);

    assertThat(found(fuzz)).as("a case among %d that shows %s", CASES, fault).isTrue();
  }

  private static boolean found(Fuzz fuzz) {
    for (long seed = 1; seed <= CASES; seed++) {
      if (fuzz.complaint(Case.of(seed)) != null) {
        return true;
      }
    }
    return false;
  }
}
