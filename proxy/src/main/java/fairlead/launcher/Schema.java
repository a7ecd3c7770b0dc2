package fairlead.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.config.Block;
import fairlead.config.Description;
import fairlead.config.Description.Shape;
import fairlead.config.Description.Value;
import fairlead.json.Json;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The configuration as a JSON Schema (draft 2020-12). Made by having the readers of the
 * configuration read a block that is not there, so that it knows what they ask for and nothing
 * else; what keys mean is told by the pages of {@code docs/config}. A value may always be a
 * variable.
 */
final class Schema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** What is written so is substituted before it is read. */
  private static final String VARIABLE = "\\$[A-Za-z_{]";

  private final KeyMeanings meanings;

  Schema(KeyMeanings meanings) {
    this.meanings = meanings;
  }

  /**
   * Of all that {@code readers} ask for.
   *
   * @param readers is given the same block several times
   */
  ObjectNode of(Consumer<Block> readers) {
    var description = new Description();
    readers.accept(Block.describing(description, true, false));
    readers.accept(Block.describing(description, false, false));
    readers.accept(Block.describing(description, false, true));
    var schema = NODES.objectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Fairlead");
    schema.put("description", "The configuration of the proxy: docs/config");
    schema.setAll(keys(description, "", Map.of(), Set.of()));
    var variable = schema.putObject("$defs").putObject("variable");
    variable.put("type", "string").put("pattern", VARIABLE);
    variable.put("description", "a variable: $NAME, ${NAME:-word}, ${file:…}, ${host:ip} …");
    return schema;
  }

  /**
   * A block.
   *
   * @param place in the tree, such as {@code routers.servers}
   * @param inherited keys of the block whose variant this is
   */
  private ObjectNode keys(
      Description block, String place, Map<String, Value> inherited, Set<String> needed) {
    var all = new LinkedHashMap<>(inherited);
    block.values().forEach(all::putIfAbsent);
    var required = new LinkedHashSet<>(needed);
    required.addAll(block.required());
    required.retainAll(all.keySet());
    var schema = NODES.objectNode();
    schema.put("type", "object");
    if (!block.variantKey().isEmpty()) {
      variants(schema, block, place, all, required);
      return schema;
    }
    var properties = schema.putObject("properties");
    all.forEach(
        (key, value) -> {
          var one = described(value(value, place, key), place, key);
          if (block.isFilled(key) && String.valueOf(one.get("type")).contains("array")) {
            one.put("minItems", 1);
          }
          properties.set(key, one);
        });
    required.forEach(key -> array(schema, "required").add(key));
    if (!block.isOpen()) {
      schema.put("additionalProperties", false);
    }
    return schema;
  }

  /** One key decides which others there are: a case for each of its values. */
  private void variants(
      ObjectNode schema,
      Description block,
      String place,
      Map<String, Value> all,
      Set<String> required) {
    String key = block.variantKey();
    var kinds = schema.putObject("properties").putObject(key);
    kinds.put("description", meanings.of(place, key));
    block.variants().keySet().forEach(kind -> array(kinds, "enum").add(kind));
    String usual = block.fallback();
    if (usual == null) {
      array(schema, "required").add(key);
    } else {
      kinds.put("default", usual);
    }
    block
        .variants()
        .forEach(
            (kind, of) -> {
              var one = array(schema, "allOf").addObject();
              one.set("if", isKind(key, kind, kind.equals(usual)));
              var shared = new LinkedHashMap<>(all);
              shared.put(key, new Value.One(new Shape.Word(List.of(kind)), null));
              one.set("then", keys(of, place, shared, required));
            });
  }

  private static ObjectNode isKind(String key, String kind, boolean usual) {
    var test = NODES.objectNode();
    test.putObject("properties").putObject(key).put("const", kind);
    if (!usual) {
      array(test, "required").add(key);
    }
    return test;
  }

  private ObjectNode described(ObjectNode schema, String place, String key) {
    String meaning = meanings.of(place, key);
    if (!meaning.isEmpty()) {
      schema.put("description", meaning);
    }
    return schema;
  }

  private ObjectNode value(Value value, String place, String key) {
    String here = place.isEmpty() ? key : place + "." + key;
    return switch (value) {
      case Value.One(var shape, var fallback) -> one(shape, fallback);
      case Value.Inner(var keys) -> orNothing(keys(keys, here, Map.of(), Set.of()));
      case Value.EmptyList _ ->
          orNothing(NODES.objectNode().put("type", "array").put("maxItems", 0));
      case Value.Many(var items, var blocks, var orOne) -> {
        ObjectNode item =
            blocks ? keys(items, here, Map.of(), Set.of()) : value(items.item(), here, "");
        var list = NODES.objectNode();
        list.put("type", "array").set("items", item);
        yield orOne ? either(list, item, nothing()) : orNothing(list);
      }
    };
  }

  private static ObjectNode one(Shape shape, @Nullable Object fallback) {
    var schema = NODES.objectNode();
    switch (shape) {
      case Shape.Text(var filled) -> {
        types(schema, "string", "number", "boolean", "null");
        if (filled) {
          schema.put("pattern", "\\S");
        }
      }
      case Shape.Flag _ -> eitherVariable(schema, nullable("boolean"));
      case Shape.Whole(var least, var most, var unit) -> {
        var number = nullable("integer").put("minimum", least);
        if (most < Integer.MAX_VALUE) {
          number.put("maximum", most);
        }
        eitherVariable(schema, number);
        if (!unit.isEmpty()) {
          schema.put("$comment", "unit: " + unit);
        }
      }
      case Shape.Fraction(var least, var most) -> {
        var number = nullable("number").put("minimum", least);
        if (most < Double.MAX_VALUE) {
          number.put("maximum", most);
        }
        eitherVariable(schema, number);
      }
      case Shape.Word(var words) -> {
        var choice = NODES.objectNode();
        words.forEach(word -> array(choice, "enum").add(word));
        eitherVariable(schema, choice);
      }
      case Shape.Form(var name) -> {
        types(schema, "string", "null");
        if (name.equals("path")) {
          schema.put("pattern", "^\\s*/|" + VARIABLE);
        }
      }
      case Shape.Any _ -> {}
    }
    if (fallback != null) {
      schema.set("default", Json.of(fallback));
    }
    return schema;
  }

  private static void eitherVariable(ObjectNode schema, ObjectNode type) {
    array(schema, "anyOf").add(type).addObject().put("$ref", "#/$defs/variable");
  }

  private static ObjectNode nullable(String type) {
    var schema = NODES.objectNode();
    types(schema, type, "null");
    return schema;
  }

  private static ObjectNode nothing() {
    return NODES.objectNode().put("type", "null");
  }

  /** Nothing is absence. */
  private static ObjectNode orNothing(ObjectNode schema) {
    schema.set("type", NODES.arrayNode().add(schema.get("type")).add("null"));
    return schema;
  }

  private static ObjectNode either(ObjectNode... choices) {
    var schema = NODES.objectNode();
    for (ObjectNode choice : choices) {
      array(schema, "anyOf").add(choice);
    }
    return schema;
  }

  private static void types(ObjectNode schema, String... types) {
    for (String type : types) {
      array(schema, "type").add(type);
    }
  }

  private static ArrayNode array(ObjectNode of, String key) {
    JsonNode known = of.get(key);
    return known instanceof ArrayNode array ? array : of.putArray(key);
  }
}
