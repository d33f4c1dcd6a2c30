package io.e2llm.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** Numbers that other programs made, in the tests' resources. */
public final class Reference {
  private Reference() {}

  /** {@code reference/models.json}: what transformers makes of the default models. */
  public static JsonNode models() {
    return read("/reference/models.json");
  }

  /** A JSON resource. */
  public static JsonNode read(String resource) {
    try (InputStream in = Reference.class.getResourceAsStream(resource)) {
      return StrictJson.MAPPER.readTree(Objects.requireNonNull(in, resource));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A list of whole numbers. */
  public static int[] ints(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
