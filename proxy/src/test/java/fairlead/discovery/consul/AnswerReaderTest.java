package fairlead.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.discovery.NamerConfig.HealthStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec/discovery.md} §3.5. */
class AnswerReaderTest {
  @Test
  void missingAndNullMembersAreEmpty() throws UnreadableAnswer {
    var bare =
        new Instance("", Map.of(), "", List.of(), "", 0, Map.of(), HealthStatus.PASSING, false);

    assertThat(AnswerReader.health(bytes("[{\"Node\":{},\"Service\":{}}]"))).containsExactly(bare);
    assertThat(
            AnswerReader.health(
                bytes(
                    """
                    [{"Node":{"Address":null,"Meta":null},
                      "Service":{"ID":null,"Tags":null,"Address":null,"Port":null,"Meta":null},
                      "Checks":null},
                     {"Node":null,"Service":{}},
                     null]
                    """)))
        .containsExactly(bare);
    assertThat(AnswerReader.catalog(bytes("[{},null,{\"ServiceMeta\":null}]")))
        .containsExactly(bare, bare);
  }

  @Test
  void nullWithinListsAndMapsIsLeftOut() throws UnreadableAnswer {
    var read =
        AnswerReader.catalog(
            bytes(
                """
                [{"ServiceTags":["a",null,"b"],
                  "ServiceMeta":{"k":null,"l":"m"},
                  "NodeMeta":{"n":null}}]
                """));

    assertThat(read.getFirst().tags()).containsExactly("a", "b");
    assertThat(read.getFirst().meta()).isEqualTo(Map.of("l", "m"));
    assertThat(read.getFirst().nodeMeta()).isEmpty();
  }

  @Test
  void numbersAndTruthValuesPassForTexts() throws UnreadableAnswer {
    var read = AnswerReader.catalog(bytes("[{\"ServiceID\":7,\"ServiceMeta\":{\"a\":true}}]"));

    assertThat(read.getFirst().id()).isEqualTo("7");
    assertThat(read.getFirst().meta()).isEqualTo(Map.of("a", "true"));
  }

  @ParameterizedTest
  @CsvSource({"80, 80", "80.9, 80", "'\"80\"', 80", "'\"\"', 0", "null, 0"})
  void portsMayBeWrittenInOtherWays(String written, int port) throws UnreadableAnswer {
    var read = AnswerReader.catalog(bytes("[{\"ServicePort\":" + written + "}]"));

    assertThat(read.getFirst().port()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "[{\"Node\":[],\"Service\":{}}]",
        "[{\"Node\":{},\"Service\":\"web\"}]",
        "[{\"Node\":{},\"Service\":{\"ID\":{}}}]",
        "[{\"Node\":{},\"Service\":{\"Port\":\"http\"}}]",
        "[{\"Node\":{},\"Service\":{\"Port\":80000000000}}]",
        "[{\"Node\":{},\"Service\":{\"Tags\":\"a\"}}]",
        "[{\"Node\":{},\"Service\":{\"Tags\":[[]]}}]",
        "[{\"Node\":{},\"Service\":{\"Meta\":[]}}]",
        "[{\"Node\":{},\"Service\":{\"Meta\":{\"a\":{}}}}]",
        "[{\"Node\":{},\"Service\":{},\"Checks\":{}}]",
        "[{\"Node\":{},\"Service\":{},\"Checks\":[1]}]",
        "[{\"Node\":{},\"Service\":{},\"Checks\":[{\"Status\":[]}]}]",
        "[] []",
      })
  void otherTypesMakeTheAnswerUnreadable(String body) {
    assertThatThrownBy(() -> AnswerReader.health(bytes(body)))
        .isInstanceOf(UnreadableAnswer.class)
        .hasMessageMatching("unreadable JSON: [^\n]+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "1", "{\"Config\":[]}", "{\"Config\":{}}", "{}"})
  void anAgentThatDoesNotTellItsDatacenterIsUnreadable(String body) {
    assertThatThrownBy(() -> AnswerReader.self(bytes(body))).isInstanceOf(UnreadableAnswer.class);
  }

  @Test
  void theDomainMayStandInEitherPlace() throws UnreadableAnswer {
    assertThat(AnswerReader.self(bytes("{\"Config\":{\"Datacenter\":\"d\",\"Domain\":\"x.\"}}")))
        .isEqualTo(new AgentSelf("d", "x", ""));
    assertThat(
            AnswerReader.self(
                bytes(
                    "{\"Config\":{\"Datacenter\":\"d\"},\"DebugConfig\":{\"DNSDomain\":\"y\"},"
                        + "\"Member\":{\"Addr\":\"10.0.0.1\"}}")))
        .isEqualTo(new AgentSelf("d", "y", "10.0.0.1"));
  }

  @Test
  void anAgentsServicesHaveTheChecksThatConcernThem() throws UnreadableAnswer {
    var read =
        AnswerReader.agent(
            bytes("{\"a\":{\"ID\":\"a\",\"Service\":\"Web\",\"Port\":80},\"b\":null}"),
            bytes(
                """
                {"n":{"CheckID":"n","Status":"warning","Output":"w"},
                 "x":{"CheckID":"x","Status":"critical","Output":"o","ServiceID":"other"},
                 "y":null}
                """),
            "10.0.0.1");

    assertThat(read)
        .isEqualTo(
            Map.of(
                "web",
                List.of(
                    new Instance(
                        "10.0.0.1",
                        Map.of(),
                        "a",
                        List.of(),
                        "",
                        80,
                        Map.of(),
                        HealthStatus.WARNING,
                        false))));
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
