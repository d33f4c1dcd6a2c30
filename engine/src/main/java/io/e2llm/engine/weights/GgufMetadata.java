package io.e2llm.engine.weights;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The key-value pairs of a GGUF file. Values are {@code Long}, {@code Double}, {@code Boolean},
 * {@code String}, {@code long[]}, {@code double[]} and {@code List<String>}; 64-bit unsigned
 * numbers beyond {@code Long.MAX_VALUE} read as negative.
 */
public final class GgufMetadata {
  private final String file;
  private final Map<String, Object> values;

  GgufMetadata(String file, Map<String, Object> values) {
    this.file = file;
    this.values = Map.copyOf(values);
  }

  /** Name of the file, for messages. */
  public String file() {
    return file;
  }

  /** Whether there is such a key. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** A string, if the key is there. */
  public Optional<String> string(String key) {
    return Optional.ofNullable(value(key, String.class, "string"));
  }

  /** A whole number, if the key is there. */
  public OptionalLong integer(String key) {
    Long value = value(key, Long.class, "whole number");
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** A number, if the key is there. */
  public OptionalDouble number(String key) {
    Object value = values.get(key);
    if (value instanceof Long whole) {
      return OptionalDouble.of(whole);
    }
    Double real = value(key, Double.class, "number");
    return real == null ? OptionalDouble.empty() : OptionalDouble.of(real);
  }

  /** A truth value, {@code otherwise} when the key is not there. */
  public boolean flag(String key, boolean otherwise) {
    Boolean value = value(key, Boolean.class, "truth value");
    return value == null ? otherwise : value;
  }

  /** A list of strings, if the key is there. */
  @SuppressWarnings("unchecked") // lists hold strings only
  public Optional<List<String>> strings(String key) {
    return Optional.ofNullable((List<String>) value(key, List.class, "list of strings"));
  }

  /** A list of whole numbers, if the key is there. */
  public Optional<long[]> integers(String key) {
    return Optional.ofNullable(value(key, long[].class, "list of whole numbers"));
  }

  /** A list of numbers, if the key is there. */
  public Optional<double[]> numbers(String key) {
    return Optional.ofNullable(value(key, double[].class, "list of numbers"));
  }

  /**
   * A whole number within bounds.
   *
   * @throws ModelException when it is missing or out of bounds
   */
  public int require(String key, int least, int most) {
    long value =
        integer(key).orElseThrow(() -> new ModelException(file + ": " + key + " is missing"));
    if (value < least || value > most) {
      throw new ModelException(
          file + ": " + key + ": " + value + " is not in " + least + ".." + most);
    }
    return (int) value;
  }

  private <T> @org.jspecify.annotations.Nullable T value(String key, Class<T> type, String wanted) {
    Object value = values.get(key);
    if (value != null && !type.isInstance(value)) {
      throw new ModelException(file + ": " + OneLine.of(key) + ": not a " + wanted);
    }
    return type.cast(value);
  }
}
