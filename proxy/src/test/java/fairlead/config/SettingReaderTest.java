package fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Nothing;
import fairlead.config.Setting.Scalar;
import fairlead.config.Setting.Sequence;
import fairlead.config.Setting.Style;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingReaderTest {
  private static final String YAML =
      """
      # comment
      admin: {ip: 0.0.0.0, port: 9990}
      routers:
      - protocol: http
        dtab: |
          /a => /b ;

          /c => /d
        label: "two words"
        servers:
          - port: 4140
        client:
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "admin | 2:8",
        "admin.ip | 2:13",
        "admin.port | 2:28",
        "routers | 4:1",
        "routers.0 | 4:3",
        "routers.0.protocol | 4:13",
        "routers.0.dtab | 5:9",
        "routers.0.label | 9:10",
        "routers.0.servers.0.port | 11:13",
      })
  void everyValueKnowsWhereItStands(String path, String place) {
    assertThat(at(Trees.good(YAML), path).at()).hasToString("f:" + place);
  }

  @Test
  void everyKeyKnowsWhereItStands() {
    var router = (Mapping) at(Trees.good(YAML), "routers.0");

    assertThat(router.entries())
        .extracting(e -> e.key() + " " + e.at().line() + ":" + e.at().column())
        .containsExactly("protocol 4:3", "dtab 5:3", "label 9:3", "servers 10:3", "client 12:3");
  }

  @ParameterizedTest
  @CsvSource({"0, 6:5", "5, 6:10", "12, 8:5", "15, 8:8"})
  void everyCharOfABlockOfTextKnowsWhereItStands(int offset, String place) {
    var dtab = (Scalar) at(Trees.good(YAML), "routers.0.dtab");

    assertThat(dtab.place(offset)).hasToString("f:" + place);
  }

  @Test
  void tellsPlainFromQuotedAndNothing() {
    Mapping tree = Trees.good("a: 1\nb: '1'\nc: \"1\"\nd:\ne: ~\nf: null\ng: 'null'\nh: ''\n");

    assertThat(((Scalar) at(tree, "a")).style()).isEqualTo(Style.PLAIN);
    assertThat(((Scalar) at(tree, "b")).style()).isEqualTo(Style.QUOTED);
    assertThat(((Scalar) at(tree, "c")).style()).isEqualTo(Style.QUOTED);
    for (String nothing : new String[] {"d", "e", "f"}) {
      assertThat(at(tree, nothing)).isInstanceOf(Nothing.class);
    }
    assertThat(((Scalar) at(tree, "g")).text()).isEqualTo("null");
    assertThat(((Scalar) at(tree, "h")).text()).isEmpty();
  }

  @Test
  void keepsTheTextOfNumbersAndWordsAsWritten() {
    Mapping tree = Trees.good("a: 010\nb: 1_000\nc: 1.50\nd: yes\ne: True\nf: 0x1F\n");

    assertThat(tree.entries())
        .extracting(e -> ((Scalar) e.value()).text())
        .containsExactly("010", "1_000", "1.50", "yes", "True", "0x1F");
  }

  @Test
  void readsJson() {
    Mapping tree =
        Trees.good("\n{\"admin\": {\"port\": 9990, \"ip\": \"::1\"},\n \"namers\": [null]}");

    assertThat(at(tree, "admin.port").at()).hasToString("f:2:20");
    assertThat(((Scalar) at(tree, "admin.port")).style()).isEqualTo(Style.PLAIN);
    assertThat(((Scalar) at(tree, "admin.ip")).style()).isEqualTo(Style.QUOTED);
    assertThat(at(tree, "namers.0")).isInstanceOf(Nothing.class);
  }

  @Test
  void takesYamlInBracesToo() {
    assertThat(((Scalar) at(Trees.good("{admin: {port: 9990}}"), "admin.port")).text())
        .isEqualTo("9990");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`a: 1\na: 2` | f:2:1: a: stands here a second time, first at f:1:1; keep one",
        "`r:\n- b: 1\n  b: 2` | f:3:3: r[0].b: stands here a second time, first at f:2:3; keep one",
        "`{\"a\": 1, \"a\": 2}` | f:1:10: a: stands here a second time, first at f:1:2; keep one",
        "`a: &x {b: 1}` | f:1:4: a: an anchor (&name) is not supported; remove it",
        "`a: *x` | f:1:4: a: an alias (*name) is not supported; repeat the value",
        "`a: !foo 1` | f:1:4: a: a tag (!name) is not supported; remove it, or put it in quotes",
        "`a: 1\n---\nb: 2` | f:3:1: a second document begins here; a configuration is one document",
        "`- a` | f:1:1: the document is a list; write a block of keys, such as routers:",
        "`word` | f:1:1: the document is a single value; write a block of keys, such as routers:",
        "`   \n` | f:1:1: the file is empty; a configuration has at least one router",
      })
  void refusesWhatYamlAllowsButAConfigurationDoesNot(String text, String fault) {
    assertThat(Trees.faults(text)).startsWith(fault + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`a: [1\nb: 2` | f:2:",
        "`a: 1\n b: 2` | f:2:",
        "`a:\n\t- b` | f:2:1",
        "`{\"a\": 1 \"b\": 2}` | f:1:",
        "`{\"a\": ` | f:1:",
      })
  void syntaxFaultsHaveAPlaceAndOneLine(String text, String place) {
    assertThat(Trees.faults(text)).startsWith(place).contains(": not valid ").hasLineCount(1);
  }

  @Test
  void aBraceThatIsNeverClosedIsToldWithItsPlaceAlone() {
    assertThat(Trees.faults("{\n  \"x\": {\n    \"y\": 1\n"))
        .contains("which was opened at 2:8")
        .doesNotContain("Source");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: \u00e4\n", "\uFEFFa: \u00e4\n", "a: \ud83d\ude80\n"})
  void readsUtf8WithOrWithoutAMark(String text) {
    assertThat(((Scalar) at(Trees.good(text), "a")).text()).isNotEmpty();
  }

  @Test
  void saysWhereTextIsNotUtf8() throws IOException {
    byte[] bytes = "a: 1\nb: \u00e4x".getBytes(StandardCharsets.ISO_8859_1);
    var problems = new Problems();

    SettingReader.read(ConfigText.open("-", Map.of(), new ByteArrayInputStream(bytes)), problems);

    assertThat(problems.show()).isEqualTo("(stdin):2:4: not UTF-8; save the file in UTF-8\n");
  }

  @Test
  void takesTheTextItselfFromTheEnvironment() throws IOException {
    var text =
        ConfigText.open(
            null, Map.of("FAIRLEAD_CONFIG", "a: [b"), new ByteArrayInputStream(new byte[0]));
    var problems = new Problems();

    SettingReader.read(text, problems);

    assertThat(problems.show()).startsWith("$FAIRLEAD_CONFIG:1:");
  }

  private static Setting at(Setting from, String path) {
    Setting at = from;
    for (String step : path.split("\\.", -1)) {
      at =
          switch (at) {
            case Mapping mapping -> Objects.requireNonNull(mapping.get(step));
            case Sequence(var _, var items) -> items.get(Integer.parseInt(step));
            default -> throw new AssertionError("no " + step);
          };
    }
    return at;
  }
}
