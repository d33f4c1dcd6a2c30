package io.e2llm.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The fields of an object in a request's body. What has another type than it should is told with
 * its path; {@code null} is as good as absent, and fields that nobody asks for are passed over.
 */
public final class Fields {
  private final JsonNode node;
  private final String path;

  Fields(JsonNode node, String path) {
    this.node = node;
    this.path = path;
  }

  /** Path of a field, as errors tell it. */
  public String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** The field's value as it stands; absent where it is missing or null. */
  public Optional<JsonNode> value(String name) {
    JsonNode value = node.path(name);
    return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /** A field that is wrong. */
  public HttpFailure wrong(String name, String problem) {
    return HttpFailure.field(path(name), problem);
  }

  /** A string. */
  public Optional<String> text(String name) {
    return value(name)
        .map(
            value -> {
              if (!value.isTextual()) {
                throw wrong(name, "is no string");
              }
              return value.textValue();
            });
  }

  /** A string that has to be there. */
  public String needed(String name) {
    return text(name).orElseThrow(() -> wrong(name, "is missing"));
  }

  /** A number within bounds. */
  public OptionalDouble number(String name, double least, double most) {
    Optional<JsonNode> value = value(name);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    double number = value.get().isNumber() ? value.get().doubleValue() : Double.NaN;
    if (!(number >= least && number <= most)) {
      throw wrong(name, "is no number from %s to %s".formatted(plain(least), plain(most)));
    }
    return OptionalDouble.of(number);
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
  }

  /** A whole number within bounds. */
  public OptionalLong whole(String name, long least, long most) {
    Optional<JsonNode> value = value(name);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    boolean whole = value.get().isIntegralNumber() && value.get().canConvertToLong();
    long number = whole ? value.get().longValue() : 0;
    if (!whole || number < least || number > most) {
      throw wrong(name, "is no whole number from %d to %d".formatted(least, most));
    }
    return OptionalLong.of(number);
  }

  /** True or false; false where it is absent. */
  public boolean flag(String name) {
    return given(name).orElse(false);
  }

  /** True or false. */
  public Optional<Boolean> given(String name) {
    return value(name)
        .map(
            value -> {
              if (!value.isBoolean()) {
                throw wrong(name, "is neither true nor false");
              }
              return value.booleanValue();
            });
  }

  /** An object. */
  public Optional<Fields> object(String name) {
    return value(name).map(value -> object(value, path(name)));
  }

  /** A list of objects; empty where it is absent. */
  public List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    Optional<JsonNode> list = list(name);
    for (int i = 0; list.isPresent() && i < list.get().size(); i++) {
      objects.add(object(list.get().get(i), path(name) + "[" + i + "]"));
    }
    return objects;
  }

  private Optional<JsonNode> list(String name) {
    return value(name)
        .map(
            value -> {
              if (!value.isArray()) {
                throw wrong(name, "is no list");
              }
              return value;
            });
  }

  private static Fields object(JsonNode node, String path) {
    if (!node.isObject()) {
      throw HttpFailure.field(path, "is no object");
    }
    return new Fields(node, path);
  }

  /** A string, or a list of strings; empty where it is absent. */
  public List<String> texts(String name) {
    Optional<JsonNode> value = value(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get().isTextual()) {
      return List.of(value.get().textValue());
    }
    if (!value.get().isArray()) {
      throw wrong(name, "is neither a string nor a list of strings");
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < value.get().size(); i++) {
      JsonNode text = value.get().get(i);
      if (!text.isTextual()) {
        throw HttpFailure.field(path(name) + "[" + i + "]", "is no string");
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  /** Names and values of an object's fields; empty where it is absent. */
  public List<Map.Entry<String, JsonNode>> entries(String name) {
    return object(name).map(object -> List.copyOf(object.node.properties())).orElse(List.of());
  }
}
