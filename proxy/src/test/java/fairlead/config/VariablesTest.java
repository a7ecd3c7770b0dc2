package fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariablesTest {
  private static final Map<String, Variables.Source> SOURCES =
      Map.of(
          "ec2", path -> "ec2(" + path + ")",
          "ecs", key -> "ecs(" + key + ")",
          "host",
              what -> {
                throw new LookupException("no address; mend it");
              });

  private final Problems problems = new Problems();

  @TempDir Path folder;

  private Setting expand(String text) {
    Map<String, String> environment =
        Map.of("PORT", "4140", "EMPTY", "", "EVIL", "x\nadmin: {port: 1}", "A_1", "one");
    Mapping tree =
        new Variables(environment, SOURCES).expand(Trees.good("key: " + text + "\n"), problems);
    return tree.entries().getFirst().value();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "$PORT | 4140",
        "${PORT} | 4140",
        "a${PORT}b$A_1 | a4140bone",
        "${PORT:-word} | 4140",
        "${NONE:-word} | word",
        "${EMPTY:-word} | word",
        "${NONE:-a $PORT b} | a 4140 b",
        "${NONE:-${OTHER:-deep}} | deep",
        "`\"${NONE:-}\"` | ``",
        "${PORT:?needed} | 4140",
        "$$PORT | $PORT",
        "$$$$ | $$",
        "/$/inet/127.1/80 | /$/inet/127.1/80",
        "`/a => $ ; /b => $;` | /a => $ ; /b => $;",
        "a$ | a$",
        "$1 $- $. | $1 $- $.",
        "${ec2:local-ipv4} | ec2(local-ipv4)",
        "${ec2:placement/availability-zone} | ec2(placement/availability-zone)",
        "${ecs:Cluster} | ecs(Cluster)",
        "${ecs:$A_1} | ecs(one)",
        "${ecs:${NONE:-Family}} | ecs(Family)",
      })
  void everyFormHasItsValue(String text, String value) {
    assertThat(((Scalar) expand(text)).text()).isEqualTo(value);
    assertThat(problems.show()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "$LOCAL_IP | 1:6: key: environment variable LOCAL_IP is not set; set it, or write ${LOCAL_IP:-word}",
        "a ${X} | 1:8: key: environment variable X is not set; set it, or write ${X:-word}",
        "`\"a ${X}\"` | 1:9: key: environment variable X is not set; set it, or write ${X:-word}",
        "${X:?say your name} | 1:6: key: environment variable X is not set: say your name",
        "${PORT | 1:6: key: '${' is never closed; add '}', or write $$ for a dollar sign",
        "${} | 1:6: key: '${' is followed by no name; write ${NAME}, or $$ for a dollar sign",
        "${PORT!} | 1:6: key: '${PORT!' is no form of variable; write ${PORT}, ${PORT:-word} or ${PORT:?message}",
        "${gcp:zone} | 1:6: key: 'gcp' is no source; use ec2, ecs, file or host, or write ${gcp:-word} for a default",
        "${PORT:8080} | 1:6: key: 'PORT' is no source; use ec2, ecs, file or host, or write ${PORT:-word} for a default",
        "${ecs:$NONE} | 1:6: key: environment variable NONE is not set; set it, or write ${NONE:-word}",
        "${file:/none/here} | 1:6: key: file '/none/here' is not there; create it readable for this user, or name another",
        "${host:ip} | 1:6: key: no address; mend it",
      })
  void whatCannotBeReplacedIsAFaultAtItsPlace(String text, String fault) {
    expand(text);

    assertThat(problems.show()).isEqualTo("f:" + fault + "\n");
  }

  @Test
  void namesTheLineInsideABlockOfText() {
    Mapping tree = Trees.good("routers:\n- dtab: |\n    /a => /b ;\n    /c => /$NONE ;\n");

    new Variables(Map.of(), Map.of()).expand(tree, problems);

    assertThat(problems.show())
        .startsWith("f:4:12: routers[0].dtab: environment variable NONE is not set;");
  }

  @Test
  void aValueCannotBreakTheYaml() {
    assertThat(((Scalar) expand("$EVIL")).text()).isEqualTo("x\nadmin: {port: 1}");
  }

  @Test
  void readsFilesWithoutTheirLastNewline() throws IOException {
    Path file = folder.resolve("secret");
    Files.writeString(file, "s3cret\n\n");

    var scalar = (Scalar) expand("${file:" + file + "}");

    assertThat(scalar.text()).isEqualTo("s3cret\n");
    assertThat(scalar.wholeFile()).isEqualTo(file.toString());
  }

  @Test
  void aReplacedValueMayBeANumberEvenInQuotes() {
    var problemsOfTypes = new Problems();
    for (String text : new String[] {"$PORT", "\"${PORT}\"", "'$PORT'"}) {
      var block = new Block(single(expand(text)), "", problemsOfTypes);

      assertThat(block.port("key", 0)).isEqualTo(4140);
    }
    assertThat(problemsOfTypes.show()).isEmpty();
  }

  @Test
  void remembersTheOrigin() {
    assertThat(((Scalar) expand("${NONE:-7}")).origins())
        .containsExactly(
            new Origin("${NONE:-7}", "default, as environment variable NONE is not set", ""));
  }

  private static Mapping single(Setting value) {
    var entry = new Setting.Entry(value.at(), "key", value);
    return new Mapping(value.at(), java.util.List.of(entry));
  }
}
