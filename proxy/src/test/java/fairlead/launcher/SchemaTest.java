package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import fairlead.launcher.KeyRows.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema of the configuration, beside the readers and the examples. */
class SchemaTest {
  private static final Path EXAMPLES =
      Files.isDirectory(Path.of("examples")) ? Path.of("examples") : Path.of("../examples");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final JsonNode SCHEMA = ConfigurationReader.schema();

  static Stream<Path> examples() throws IOException {
    try (var examples = Files.list(EXAMPLES);
        var deployed = Files.list(EXAMPLES.resolve("../deploy"))) {
      return Stream.concat(examples, deployed)
          .filter(file -> file.toString().matches(".*/[a-z-]*\\.(yaml|json)"))
          .filter(file -> !file.toString().contains("task"))
          .sorted()
          .toList()
          .stream();
    }
  }

  static Stream<Row> built() throws IOException {
    return KeyRows.all().stream().filter(row -> !row.good().isEmpty());
  }

  private static List<String> faults(String yaml) throws IOException {
    return SchemaCheck.faults(SCHEMA, YAML.readTree(yaml));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsValid(Path file) throws IOException {
    JsonNode tree = YAML.readTree(Files.readString(file));
    if (tree.has("routers")) {
      assertThat(SchemaCheck.faults(SCHEMA, tree)).isEmpty();
    }
  }

  /** Values that are spelt right in the wrong place, or files that are not there, pass. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "empty-lists",
        "list",
        "no-routers",
        "not-built-namers",
        "not-built-protocols",
        "types",
        "unknown-keys",
        "unknown-kinds"
      })
  void faultsThatASchemaCanTellAreTold(String name) throws IOException {
    assertThat(faults(Files.readString(EXAMPLES.resolve("bad/" + name + ".yaml")))).isNotEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("built")
  void everyKeyThatIsAcceptedIsInTheSchema(Row row) throws IOException {
    var without = faults(row.bare());

    var with = faults(row.with(row.good()).yaml());

    assertThat(with).filteredOn(fault -> !without.contains(fault)).isEmpty();
  }

  @Test
  void tellsKindsDefaultsUnitsAndMeanings() {
    JsonNode router = SCHEMA.at("/properties/routers/items");

    assertThat(router.at("/properties/protocol/enum").toString()).isEqualTo("[\"http\",\"h2\"]");
    JsonNode http = router.at("/allOf/0/then/properties");
    JsonNode timeout = http.path("bindingTimeoutMs");
    assertThat(timeout.path("default").longValue()).isEqualTo(10_000);
    assertThat(timeout.path("description").textValue()).contains("to resolve a name", "unit: ms");
    assertThat(timeout.at("/anyOf/0/minimum").longValue()).isEqualTo(1);
    assertThat(http.at("/servers/items/properties/port/anyOf/0/maximum").intValue())
        .isEqualTo(65_535);
    assertThat(http.at("/servers/items/properties/port/default").intValue()).isEqualTo(4140);
    assertThat(SCHEMA.at("/required").toString()).contains("routers");
    List<String> namers =
        YAML.convertValue(
            SCHEMA.at("/properties/namers/items/properties/kind/enum"),
            YAML.getTypeFactory().constructCollectionType(List.class, String.class));
    assertThat(namers).containsExactlyInAnyOrder("io.l5d.fs", "io.l5d.consul", "io.l5d.rewrite");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "routers: [{protocol: http, servers: [{port: $PORT}]}]",
        "routers: [{protocol: http, servers: [{port: '${PORT:-4140}', clearContext: '${C}'}]}]",
        "routers: [{protocol: http, label: null, servers: [{port: 1}]}]"
      })
  void variablesAndNothingMayStandAnywhere(String yaml) throws IOException {
    assertThat(faults(yaml)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "routers: [{protocol: http, servers: [{prot: 4140}]}]",
        "routers: [{protocol: http, servers: [{port: 70000}]}]",
        "routers: [{protocol: http}]",
        "routers: [{protocol: thrift, servers: [{port: 1}]}]",
        "routers: [{protocol: h2, servers: [{port: 1, timestampHeader: x}]}]",
        "routers: [{protocol: http, servers: [{port: 1}], client: {kind: io.l5d.static}}]",
        "routers: [{protocol: http, servers: [{port: 1}], client: {failFast: maybe}}]"
      })
  void slipsAreTold(String yaml) throws IOException {
    assertThat(faults(yaml)).isNotEmpty();
  }
}
