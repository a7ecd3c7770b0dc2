package fairlead.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jackson's mapper is the measure. */
class JsonTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<Charset> CHARSETS =
      List.of(
          StandardCharsets.UTF_8,
          StandardCharsets.UTF_16BE,
          StandardCharsets.UTF_16LE,
          StandardCharsets.UTF_32BE,
          StandardCharsets.UTF_32LE);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        " null ",
        "[[], {}, [[]], {\"a\":{}}]",
        "[0, -1, 2147483647, 2147483648, -9223372036854775808, 9223372036854775808]",
        "[0.0, 1.50, -1e3, 1E300, 1e-400, 0.1234567890123456789]",
        "[true, false, null]",
        "{\"a\":1, \"b\":2, \"a\":[3]}",
        "{\"\":\"\", \"w\\u00e9b\":\"\\ud83d\\ude00 \\\"/\\\\ \\u0001\\n\\u2028\"}",
        "[340282346638528859811704183484516925440, -0.0]",
        "[\"\\ud800\", \"\\udc00a\", \"\\u0000\\u007f\\u0080\"]",
      })
  void treesAndTextsAreThoseOfTheMapper(String text) throws IOException {
    JsonNode expected = MAPPER.readTree(text);

    JsonNode read = Json.read(text);

    assertThat(read).isEqualTo(expected);
    for (Charset charset : CHARSETS) {
      assertThat(Json.read(text.getBytes(charset))).as(charset.name()).isEqualTo(expected);
      assertThat(Json.read(("\ufeff" + text).getBytes(charset))).isEqualTo(expected);
    }
    assertThat(Json.write(read)).isEqualTo(MAPPER.writeValueAsString(expected));
    assertThat(Json.pretty(read)).isEqualTo(expected.toPrettyString());
    assertThat(MAPPER.readTree(Json.ascii(read))).isEqualTo(expected);
    assertThat(Json.ascii(read)).matches("\\p{ASCII}*");
  }

  @Test
  void nothingAtAllIsMissing() throws IOException {
    assertThat(Json.read(" \n")).isSameAs(MissingNode.getInstance());
    assertThat(Json.read(new byte[0])).isSameAs(MissingNode.getInstance());
    assertThat(Json.write(MissingNode.getInstance())).isEqualTo("null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[",
        "[1",
        "[1,]",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "]",
        "nul",
        "01",
        "NaN",
        "'a'",
        "\"a",
        "\"\n\"",
        "{\"a\":1,\n \"b\":x}",
      })
  void faultsAreToldInTheWordsOfTheMapper(String text) {
    var expected = catchThrowableOfType(JsonProcessingException.class, () -> MAPPER.readTree(text));

    var fault = catchThrowableOfType(JsonProcessingException.class, () -> Json.read(text));

    assertThat(fault.getMessage()).isEqualTo(expected.getMessage());
    assertThat(fault.getLocation()).isEqualTo(expected.getLocation());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{} {}", "1 2", "[]]", "{}x"})
  void moreThanOneDocumentIsAFault(String text) {
    assertThatThrownBy(() -> Json.read(text)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void depthHasALimit() throws IOException {
    assertThat(Json.read("[".repeat(1000) + "]".repeat(1000)).isArray()).isTrue();
    assertThatThrownBy(() -> Json.read("[".repeat(1001) + "]".repeat(1001)))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("nesting depth");
  }

  @Test
  void listsComeElementByElement() throws IOException {
    var seen = new ArrayList<JsonNode>();

    Json.readEach("[1, {\"a\":[2]}, null]".getBytes(StandardCharsets.UTF_8), seen::add);

    assertThat(seen).containsExactly(Json.of(1), Json.of(Map.of("a", List.of(2))), Json.of(null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}", "1", "[1", "[1]]", "[1] 2"})
  void whatIsNoListIsAFault(String text) {
    assertThatThrownBy(() -> Json.readEach(text.getBytes(StandardCharsets.UTF_8), _ -> {}))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void membersComeOneByOneAndThoseOfListsToo() throws IOException {
    var seen = new ArrayList<String>();
    String text = "{\"a\":1,\"l\":[{\"b\":[2]},3],\"e\":[],\"o\":{\"l\":[4]},\"a\":null}";

    Json.readMembers(stream(text), (key, value) -> seen.add(key + "=" + Json.write(value)));

    assertThat(seen).containsExactly("a=1", "l={\"b\":[2]}", "l=3", "o={\"l\":[4]}", "a=null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "1", "{", "{\"a\":[1", "{\"a\":[1]", "{}{}", "{\"a\"}"})
  void whatIsNoObjectIsAFault(String text) {
    assertThatThrownBy(() -> Json.readMembers(stream(text), (_, _) -> {}))
        .isInstanceOf(JsonProcessingException.class);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void plainValuesAreTakenAsTheMapperTakesThem() {
    var values = new LinkedHashMap<String, Object>();
    values.put("numbers", List.of(1, 2L, 0.5, 1L << 40));
    values.put("others", Arrays.asList("text", true, null, Map.of()));
    values.put("node", JsonNodeFactory.instance.arrayNode().add(1.5f).add(new BigDecimal("1.50")));

    JsonNode tree = Json.of(values);

    assertThat(tree).isEqualTo(MAPPER.valueToTree(values));
    assertThat(Json.write(tree)).isEqualTo(tree.toString());
    assertThatThrownBy(() -> Json.of(new Object())).isInstanceOf(IllegalArgumentException.class);
  }
}
