package io.e2llm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** Checkpoints and numbers that committed scripts wrote into the tests' resources. */
public final class Goldens {
  private Goldens() {}

  /** A folder below {@code goldens}. */
  public static Path folder(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(Goldens.class.getResource("/goldens/" + name), name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  /** A JSON file below {@code goldens}. */
  public static JsonNode json(String name) {
    return StrictJson.readObject(folder(name));
  }

  /** Asserts that {@code values} begin with the numbers of {@code expected}, row by row. */
  public static void assertRows(
      JsonNode expected, float[] values, int width, double tolerance, String what) {
    assertEquals(expected.size(), values.length / width, what + ": rows");
    for (int row = 0; row < expected.size(); row++) {
      assertVector(expected.get(row), values, row * width, tolerance, what + ": row " + row);
    }
  }

  /** Asserts that {@code values} from {@code at} on are the numbers of {@code expected}. */
  public static void assertVector(
      JsonNode expected, float[] values, int at, double tolerance, String what) {
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).asDouble(), values[at + i], tolerance, what + "[" + i + "]");
    }
  }
}
