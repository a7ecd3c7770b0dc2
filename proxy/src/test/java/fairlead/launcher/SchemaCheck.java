package fairlead.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * As much of JSON Schema 2020-12 as our schema uses, read as the standard says it; a keyword that
 * it does not know fails the test, so that none is passed over.
 */
final class SchemaCheck {
  private static final Set<String> ANNOTATIONS =
      Set.of("$schema", "$defs", "$comment", "title", "description", "default");

  private final JsonNode root;
  private final List<String> faults = new ArrayList<>();

  private SchemaCheck(JsonNode root) {
    this.root = root;
  }

  /** What is wrong with {@code value}: {@code place: keyword}. */
  static List<String> faults(JsonNode schema, JsonNode value) {
    var check = new SchemaCheck(schema);
    check.check(schema, value, "$");
    return check.faults;
  }

  private boolean isValid(JsonNode schema, JsonNode value) {
    var check = new SchemaCheck(root);
    check.check(schema, value, "");
    return check.faults.isEmpty();
  }

  private void check(JsonNode schema, JsonNode value, String at) {
    schema
        .properties()
        .forEach(
            keyword -> {
              if (!ANNOTATIONS.contains(keyword.getKey())) {
                check(keyword.getKey(), keyword.getValue(), schema, value, at);
              }
            });
  }

  private void check(String keyword, JsonNode is, JsonNode schema, JsonNode value, String at) {
    switch (keyword) {
      case "type" -> expect(any(is, type -> isOf(type.textValue(), value)), keyword, at);
      case "enum" -> expect(any(is, value::equals), keyword, at);
      case "const" -> expect(is.equals(value), keyword, at);
      case "minimum" ->
          expect(!value.isNumber() || value.doubleValue() >= is.doubleValue(), keyword, at);
      case "maximum" ->
          expect(!value.isNumber() || value.doubleValue() <= is.doubleValue(), keyword, at);
      case "pattern" ->
          expect(
              !value.isTextual()
                  || Pattern.compile(is.textValue()).matcher(value.textValue()).find(),
              keyword,
              at);
      case "minItems" -> expect(!value.isArray() || value.size() >= is.intValue(), keyword, at);
      case "maxItems" -> expect(!value.isArray() || value.size() <= is.intValue(), keyword, at);
      case "items" -> {
        if (value.isArray()) {
          for (int i = 0; i < value.size(); i++) {
            check(is, value.get(i), at + "[" + i + "]");
          }
        }
      }
      case "properties" ->
          value
              .properties()
              .forEach(
                  one -> {
                    if (is.has(one.getKey())) {
                      check(is.get(one.getKey()), one.getValue(), at + "." + one.getKey());
                    }
                  });
      case "additionalProperties" ->
          value
              .properties()
              .forEach(
                  one ->
                      expect(
                          is.booleanValue() || schema.path("properties").has(one.getKey()),
                          keyword,
                          at + "." + one.getKey()));
      case "required" ->
          is.forEach(
              key ->
                  expect(
                      !value.isObject() || value.has(key.textValue()),
                      keyword,
                      at + "." + key.textValue()));
      case "anyOf" -> expect(any(is, one -> isValid(one, value)), keyword, at);
      case "allOf" -> is.forEach(one -> check(one, value, at));
      case "if" -> {
        if (isValid(is, value)) {
          check(schema.get("then"), value, at);
        }
      }
      case "then" -> {} // with its "if"
      case "$ref" -> check(root.at(is.textValue().substring(1)), value, at);
      default -> throw new AssertionError("keyword: " + keyword + " (expected: one that is known)");
    }
  }

  private void expect(boolean good, String keyword, String at) {
    if (!good) {
      faults.add(at + ": " + keyword);
    }
  }

  /** Of a list, or of one that stands alone. */
  private static boolean any(JsonNode oneOrMany, Predicate<JsonNode> test) {
    if (!oneOrMany.isArray()) {
      return test.test(oneOrMany);
    }
    for (JsonNode one : oneOrMany) {
      if (test.test(one)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "null" -> value.isNull();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue());
      case "number" -> value.isNumber();
      case "string" -> value.isTextual();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      default -> throw new AssertionError("type: " + type + " (expected: one of the standard's)");
    };
  }
}
