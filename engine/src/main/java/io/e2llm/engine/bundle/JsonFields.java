package io.e2llm.engine.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Takes the fields of one object of {@code adapter.json}, and refuses what nobody took. */
final class JsonFields {
  private static final int MOST_TEXT = 200;
  private static final int MOST_ELEMENTS = 1024;

  private final JsonNode object;
  private final String prefix;
  private final Set<String> taken = new HashSet<>();

  private JsonFields(JsonNode object, String prefix) {
    this.object = object;
    this.prefix = prefix;
  }

  static JsonFields root(JsonNode object) {
    return new JsonFields(object, "");
  }

  JsonFields object(String name) {
    JsonNode node = take(name);
    if (!node.isObject()) {
      throw wrong(name, "an object is wanted");
    }
    return new JsonFields(node, prefix + name + ".");
  }

  boolean has(String name) {
    return object.has(name);
  }

  int integer(String name, int least, int most) {
    return integer(name, take(name), least, most);
  }

  int integer(String name, int least, int most, int otherwise) {
    return has(name) ? integer(name, least, most) : otherwise;
  }

  List<Integer> integers(String name, int least, int most) {
    JsonNode node = take(name);
    if (!node.isArray() || node.size() > MOST_ELEMENTS) {
      throw wrong(name, "a list of whole numbers is wanted");
    }
    List<Integer> values = new ArrayList<>();
    for (JsonNode element : node) {
      values.add(integer(name, element, least, most));
    }
    return values;
  }

  double number(String name) {
    JsonNode node = take(name);
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw wrong(name, "a number is wanted");
    }
    return node.doubleValue();
  }

  List<String> texts(String name) {
    JsonNode node = take(name);
    if (!node.isArray() || node.isEmpty() || node.size() > MOST_ELEMENTS) {
      throw wrong(name, "a list of strings is wanted");
    }
    List<String> values = new ArrayList<>();
    for (JsonNode element : node) {
      if (!element.isTextual() || element.textValue().length() > MOST_TEXT) {
        throw wrong(name, "a string of at most " + MOST_TEXT + " characters is wanted");
      }
      values.add(OneLine.of(element.textValue()));
    }
    return values;
  }

  boolean bool(String name) {
    JsonNode node = take(name);
    if (!node.isBoolean()) {
      throw wrong(name, "true or false is wanted");
    }
    return node.booleanValue();
  }

  boolean bool(String name, boolean otherwise) {
    return has(name) ? bool(name) : otherwise;
  }

  String text(String name) {
    JsonNode node = take(name);
    if (!node.isTextual() || node.textValue().length() > MOST_TEXT) {
      throw wrong(name, "a string of at most " + MOST_TEXT + " characters is wanted");
    }
    return OneLine.of(node.textValue());
  }

  String digest(String name) {
    String text = text(name);
    if (!text.matches("[0-9a-f]{64}")) {
      throw wrong(name, "64 lower-case hex digits are wanted");
    }
    return text;
  }

  <E extends Enum<E>> E oneOf(Class<E> type, String name) {
    String text = text(name);
    for (E value : type.getEnumConstants()) {
      if (PoolingSpec.lower(value).equals(text)) {
        return value;
      }
    }
    String known = List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT);
    throw wrong(name, text + " is none of " + known);
  }

  /** Refuses fields that were not taken: they would mean something that is not done. */
  void end() {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!taken.contains(name)) {
                throw wrong(OneLine.of(name), "not a field of format version 1");
              }
            });
  }

  ModelException wrong(String name, String why) {
    return new ModelException("adapter.json: " + prefix + name + ": " + why);
  }

  private int integer(String name, JsonNode node, int least, int most) {
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < least
        || node.intValue() > most) {
      throw wrong(name, "a whole number from " + least + " to " + most + " is wanted");
    }
    return node.intValue();
  }

  private JsonNode take(String name) {
    JsonNode node = object.get(name);
    if (node == null || node.isNull()) {
      throw wrong(name, "is missing");
    }
    taken.add(name);
    return node;
  }
}
