package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigDiffTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void tellsWhatChangedWhatCameAndWhatWentWithBothValues() {
    assertThat(
            shown(
                "{'admin': {'port': 1, 'ip': '::1'}, 'usage': {}}",
                "{'admin': {'port': 2, 'lingerMs': 5}, 'usage': {}}"))
        .containsExactly("~ admin.port: 1 → 2", "+ admin.lingerMs: 5", "- admin.ip: \"::1\"");
  }

  @Test
  void routersAreToldApartByTheirLabelsAndNotByTheirPlaces() {
    assertThat(
            shown(
                "{'routers': [{'label': 'a', 'dtab': '/x'}, {'label': 'b', 'dtab': '/x'}]}",
                "{'routers': [{'label': 'b', 'dtab': '/y'}, {'label': 'a', 'dtab': '/x'}]}"))
        .containsExactly("~ routers[0].dtab: \"/x\" → \"/y\"");
  }

  @Test
  void aRouterThatCameAndOneThatWentAreToldWhole() {
    assertThat(
            shown(
                "{'routers': [{'protocol': 'http'}]}",
                "{'routers': [{'protocol': 'h2', 'servers': []}]}"))
        .containsExactly(
            "+ routers[0]: {\"protocol\":\"h2\",\"servers\":[]}",
            "- routers[0]: {\"protocol\":\"http\"}");
  }

  @Test
  void aServerOnAnotherPortIsAnotherServer() {
    assertThat(
            shown(
                "{'routers': [{'servers': [{'port': 1}, {'port': 2, 'maxCallDepth': 3}]}]}",
                "{'routers': [{'servers': [{'port': 2, 'maxCallDepth': 4}, {'port': 3}]}]}"))
        .containsExactly(
            "~ routers[0].servers[0].maxCallDepth: 3 → 4",
            "+ routers[0].servers[1]: {\"port\":3}",
            "- routers[0].servers[0]: {\"port\":1}");
  }

  @Test
  void itemsThatNothingTellsApartAreComparedByPlace() {
    assertThat(shown("{'namers': [{'kind': 'a'}, {'kind': 'a'}]}", "{'namers': [{'kind': 'a'}]}"))
        .containsExactly("- namers[1]: {\"kind\":\"a\"}");
  }

  @Test
  void whatIsWrittenAsNothingIsNoDifference() {
    assertThat(shown("{'usage': null}", "{'namers': null}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'telemetry': []} | {'telemetry': [{'kind': 'a'}]} | true",
        "{} | {'telemetry': []} | true",
        "{'dtab': 'a'} | {'dtab': 'b'} | false",
        "{'routers': [{'servers': [{'port': 1, 'socketOptions': {'backlog': 1}}]}]} | {'routers':"
            + " [{'servers': [{'port': 1, 'socketOptions': {'backlog': 2}}]}]} | true",
        "{'routers': [{'servers': [{'port': 1}]}]} | {'routers': [{'servers': [{'port': 1,"
            + " 'socketOptions': {'backlog': 2}}]}]} | true",
        "{'routers': [{'servers': [{'port': 1}]}]}"
            + " | {'routers': [{'servers': [{'port': 1, 'socketOptions': {'noDelay': false}}]}]}"
            + " | false",
        "{'routers': [{'servers': [{'port': 1}]}]} | {'routers': [{'servers': [{'port': 2,"
            + " 'socketOptions': {'backlog': 2}}]}]} | false",
      })
  void knowsWhatNeedsARestart(String before, String after, boolean needed) {
    var changes = ConfigDiff.between(json(before), json(after));

    assertThat(changes).isNotEmpty();
    assertThat(changes.stream().anyMatch(ConfigDiff.Change::needsRestart)).isEqualTo(needed);
  }

  private static List<String> shown(String before, String after) {
    return ConfigDiff.between(json(before), json(after)).stream()
        .map(ConfigDiff.Change::show)
        .toList();
  }

  private static com.fasterxml.jackson.databind.JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
