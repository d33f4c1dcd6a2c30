package io.e2llm.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpStatus;
import java.io.IOException;

/**
 * JSON as this door takes and gives it. Strings are bounded by the body's limit alone: a long
 * context may be one. Thread-safe.
 */
public final class Json {
  private static final int DEPTH = 32;
  private static final int NUMBER = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(DEPTH)
                .maxStringLength(Integer.MAX_VALUE)
                .maxNumberLength(NUMBER)
                .build());
  }

  private Json() {}

  /** An object without fields. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * The object a body holds.
   *
   * @throws HttpFailure when it is not JSON in UTF-8, or no object
   */
  static Fields read(byte[] body) {
    JsonNode node;
    try {
      node = MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      throw malformed(
          "the body is not JSON (line %d, column %d)"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw malformed("the body is not JSON in UTF-8");
    }
    if (node == null || !node.isObject()) {
      throw malformed("the body is not a JSON object");
    }
    return new Fields(node, "");
  }

  private static HttpFailure malformed(String message) {
    return new HttpFailure(HttpStatus.BAD_REQUEST, "malformed_json", "", message);
  }

  /** The bytes of a node. */
  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
