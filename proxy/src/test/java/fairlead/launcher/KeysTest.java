package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import fairlead.launcher.KeyRows.Row;
import fairlead.launcher.KeyRows.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key of the specification, with a value that is accepted and one that is refused. */
class KeysTest {
  static Stream<Row> rows() throws IOException {
    return KeyRows.all().stream();
  }

  static Stream<Row> built() throws IOException {
    return rows().filter(row -> !row.good().isEmpty());
  }

  static Stream<Row> notBuilt() throws IOException {
    return rows().filter(row -> !row.notBuilt().isEmpty());
  }

  static Stream<Row> required() throws IOException {
    return rows().filter(row -> row.required() && !row.isAlone());
  }

  static Stream<Row> optional() throws IOException {
    return rows().filter(row -> !row.required());
  }

  /** A key that decides how the others are read is missed, not misspelt. */
  static Stream<Row> guessed() throws IOException {
    return rows().filter(row -> !row.key().matches("(.*\\.)?kind|protocol"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("built")
  void aGoodValueIsAccepted(Row row) {
    assertThat(faultsOfKey(row, row.with(row.good()))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notBuilt")
  void whatIsNotBuiltSaysSoOnItsLine(Row row) {
    List<String> faults = faultsOfKey(row, row.with(row.notBuilt()));

    String line = row.with("»").at().replaceFirst(":.*", ":");
    assertThat(faults)
        .singleElement()
        .asString()
        .startsWith("f.yaml:" + line)
        .contains("known, not built yet");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void aBadValueIsRefusedAtItsPlace(Row row) {
    Text text = row.with(row.bad());

    List<String> faults = faultsOfKey(row, text);

    assertThat(text.at()).as("the mark in '%s'", row.bad()).isNotEmpty();
    assertThat(faults)
        .anySatisfy(
            fault ->
                assertThat(fault)
                    .startsWith("f.yaml:" + text.at() + ": ")
                    .endsWith(": " + row.fault()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("guessed")
  void aMisspeltKeyGetsTheNearestName(Row row) {
    String key = row.key();
    String misspelt = key.substring(0, key.length() - 1);
    int last = key.lastIndexOf('.') + 1;
    String marked = misspelt.substring(0, last) + "»" + misspelt.substring(last);
    Text text = row.withLine(marked, row.good().isEmpty() ? row.notBuilt() : row.good());

    assertThat(faultsOfKey(row, text))
        .anySatisfy(
            fault ->
                assertThat(fault)
                    .startsWith("f.yaml:" + text.at() + ": ")
                    .contains(": unknown key; did you mean '" + key.substring(last) + "'"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("required")
  void aRequiredKeyIsMissedAlsoWhenItIsNull(Row row) {
    assertThat(faults(row.without().yaml())).anyMatch(KeysTest::isMissed);
    assertThat(faults(row.with("null").yaml())).anyMatch(KeysTest::isMissed);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("optional")
  void nullIsAbsence(Row row) {
    assertThat(faultsOfKey(row, row.with("null"))).isEmpty();
  }

  private static boolean isMissed(String fault) {
    return fault.contains(": is missing; ") || fault.endsWith("'experimental: true' beside it");
  }

  /** The faults that come with this key. */
  private static List<String> faultsOfKey(Row row, Text text) {
    var faults = new ArrayList<>(faults(text.yaml()));
    faults.removeAll(faults(row.bare()));
    return faults;
  }

  private static List<String> faults(String yaml) {
    var loaded = ConfigurationLoader.load(ConfigText.of("f.yaml", yaml), Machines.host(Map.of()));
    return loaded.problems().show().lines().filter(line -> line.startsWith("f.yaml:")).toList();
  }
}
