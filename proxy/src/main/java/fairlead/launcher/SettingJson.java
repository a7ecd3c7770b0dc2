package fairlead.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.config.Secrets;
import fairlead.config.Setting;
import fairlead.config.Setting.Mapping;
import fairlead.config.Setting.Scalar;
import fairlead.config.Setting.Sequence;
import java.math.BigDecimal;

/**
 * The configuration as {@code /config.json} shows it ({@code spec/admin.md} §6.1): secrets masked.
 */
final class SettingJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SettingJson() {}

  static ObjectNode of(Mapping mapping) {
    ObjectNode node = NODES.objectNode();
    mapping.entries().forEach(entry -> node.set(entry.key(), of(entry.key(), entry.value())));
    return node;
  }

  private static JsonNode of(String key, Setting setting) {
    return switch (setting) {
      case Mapping mapping -> of(mapping);
      case Sequence(var _, var items) -> {
        var array = NODES.arrayNode();
        items.forEach(item -> array.add(of(key, item)));
        yield array;
      }
      case Scalar scalar when Secrets.isSecret(key, scalar) -> NODES.textNode(Secrets.MASK);
      case Scalar scalar -> value(scalar);
      case Setting.Nothing _, Setting.Faulty _ -> NODES.nullNode();
    };
  }

  private static JsonNode value(Scalar scalar) {
    String text = scalar.text();
    if (scalar.mayBeNumber() && text.matches("-?(0|[1-9][0-9]{0,17})")) {
      return NODES.numberNode(Long.parseLong(text));
    }
    if (scalar.mayBeNumber() && text.matches("-?(0|[1-9][0-9]{0,17})\\.[0-9]{1,17}")) {
      return NODES.numberNode(new BigDecimal(text));
    }
    if (scalar.mayBeNumber() && (text.equals("true") || text.equals("false"))) {
      return NODES.booleanNode(text.equals("true"));
    }
    return NODES.textNode(text);
  }
}
