package fairlead.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.Feature;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trees of JSON to and from text. In place of {@code ObjectMapper}, and of {@code toString()} of a
 * node, which makes one: its 450 classes cost a start 4 MB and 60 ms. Any thread.
 */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  /**
   * The document; of equal keys the last one counts. A missing node where there is none at all.
   *
   * @throws JsonProcessingException for what is no JSON, and for more than one document
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    try {
      return document(FACTORY.createParser(text));
    } catch (JsonProcessingException fault) {
      throw fault;
    } catch (IOException impossible) {
      throw new UncheckedIOException("reading from memory", impossible);
    }
  }

  /** The same of UTF-8, UTF-16 or UTF-32. */
  public static JsonNode read(byte[] text) throws IOException {
    return document(FACTORY.createParser(text));
  }

  /** Takes the elements of a list. */
  @FunctionalInterface
  public interface Each<X extends Exception> {
    void take(JsonNode element) throws X;
  }

  /**
   * Reads a list element by element, so that a long one is never there as a whole.
   *
   * @throws IOException for what is no JSON or no list; {@code each} may have had some by then
   */
  public static <X extends Exception> void readEach(byte[] text, Each<X> each)
      throws IOException, X {
    try (JsonParser in = FACTORY.createParser(text)) {
      expect(JsonToken.START_ARRAY, "a list", in);
      elements(in, each);
      end(in);
    }
  }

  /** Takes the members of an object. */
  @FunctionalInterface
  public interface EachMember<X extends Exception> {
    void take(String key, JsonNode value) throws X;
  }

  /**
   * Reads an object member by member, and the lists among them element by element, each under the
   * list's key, so that a long one is never there as a whole. Leaves {@code text} open.
   *
   * @throws IOException for what is no JSON or no object; {@code each} may have had some by then
   */
  public static <X extends Exception> void readMembers(InputStream text, EachMember<X> each)
      throws IOException, X {
    try (JsonParser in = FACTORY.createParser(text).disable(Feature.AUTO_CLOSE_SOURCE)) {
      expect(JsonToken.START_OBJECT, "an object", in);
      for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
        member(key, in, each);
      }
      end(in);
    }
  }

  private static <X extends Exception> void member(String key, JsonParser in, EachMember<X> each)
      throws IOException, X {
    JsonToken first = in.nextToken();
    if (first == JsonToken.START_ARRAY) {
      elements(in, element -> each.take(key, element));
    } else {
      each.take(key, value(in, first));
    }
  }

  private static void expect(JsonToken wanted, String what, JsonParser in) throws IOException {
    JsonToken first = in.nextToken();
    if (first != wanted) {
      String found = first == null ? "nothing" : first.name();
      throw new JsonParseException(in, found + " where " + what + " is expected");
    }
  }

  private static <X extends Exception> void elements(JsonParser in, Each<X> each)
      throws IOException, X {
    for (var at = in.nextToken(); at != JsonToken.END_ARRAY; at = in.nextToken()) {
      each.take(value(in, at));
    }
  }

  private static JsonNode document(JsonParser parser) throws IOException {
    try (JsonParser in = parser) {
      JsonToken first = in.nextToken();
      if (first == null) {
        return NODES.missingNode();
      }
      JsonNode document = value(in, first);
      end(in);
      return document;
    }
  }

  private static void end(JsonParser in) throws IOException {
    JsonToken more = in.nextToken();
    if (more != null) {
      throw new JsonParseException(in, more + " behind the end of the document");
    }
  }

  /** No deeper than the parser allows. */
  private static JsonNode value(JsonParser in, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> {
        ObjectNode object = NODES.objectNode();
        for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
          object.set(key, value(in, in.nextToken()));
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        for (var at = in.nextToken(); at != JsonToken.END_ARRAY; at = in.nextToken()) {
          array.add(value(in, at));
        }
        yield array;
      }
      case VALUE_STRING -> NODES.textNode(in.getText());
      case VALUE_NUMBER_INT ->
          switch (in.getNumberType()) {
            case INT -> NODES.numberNode(in.getIntValue());
            case LONG -> NODES.numberNode(in.getLongValue());
            default -> NODES.numberNode(in.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(in.getDoubleValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new JsonParseException(in, token + " where a value is expected");
    };
  }

  /** The node as text on one line. */
  public static String write(JsonNode node) {
    return write(node, _ -> {});
  }

  /** The same in ASCII. */
  public static String ascii(JsonNode node) {
    return write(node, out -> out.setHighestNonEscapedChar(0x7f));
  }

  /** On several lines, indented; the last one has no end. */
  public static String pretty(JsonNode node) {
    return write(node, JsonGenerator::useDefaultPrettyPrinter);
  }

  private static String write(JsonNode node, Consumer<JsonGenerator> style) {
    var text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      style.accept(out);
      write(node, out);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
    return text.toString();
  }

  private static void write(JsonNode node, JsonGenerator out) throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        out.writeStartObject();
        for (var member : node.properties()) {
          out.writeFieldName(member.getKey());
          write(member.getValue(), out);
        }
        out.writeEndObject();
      }
      case ARRAY -> {
        out.writeStartArray();
        for (JsonNode element : node) {
          write(element, out);
        }
        out.writeEndArray();
      }
      case STRING -> out.writeString(node.textValue());
      case NUMBER -> number(node, out);
      case BOOLEAN -> out.writeBoolean(node.booleanValue());
      case NULL, MISSING -> out.writeNull();
      case BINARY, POJO -> throw new IllegalArgumentException("not JSON: " + node.getNodeType());
    }
  }

  private static void number(JsonNode node, JsonGenerator out) throws IOException {
    switch (node.numberType()) {
      case INT -> out.writeNumber(node.intValue());
      case LONG -> out.writeNumber(node.longValue());
      case BIG_INTEGER -> out.writeNumber(node.bigIntegerValue());
      case FLOAT -> out.writeNumber(node.floatValue());
      case DOUBLE -> out.writeNumber(node.doubleValue());
      case BIG_DECIMAL -> out.writeNumber(node.decimalValue());
    }
  }

  /** The tree of plain values: maps, lists, texts, numbers, truth values, nodes and null. */
  public static JsonNode of(@Nullable Object value) {
    return switch (value) {
      case null -> NODES.nullNode();
      case JsonNode node -> node;
      case String text -> NODES.textNode(text);
      case Boolean truth -> NODES.booleanNode(truth);
      case Integer number -> NODES.numberNode(number.intValue());
      case Long number -> NODES.numberNode(number.longValue());
      case Double number -> NODES.numberNode(number.doubleValue());
      case Map<?, ?> map -> {
        ObjectNode object = NODES.objectNode();
        map.forEach((key, member) -> object.set(String.valueOf(key), of(member)));
        yield object;
      }
      case Collection<?> list -> {
        ArrayNode array = NODES.arrayNode();
        list.forEach(element -> array.add(of(element)));
        yield array;
      }
      default -> throw new IllegalArgumentException("not JSON: " + value.getClass());
    };
  }
}
