package io.e2llm.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * JSON from files nobody vouches for: valid UTF-8 only, no duplicate names, bounded size and depth,
 * nothing after the end.
 */
public final class StrictJson {
  private static final long FILE_LIMIT = 128L << 20;
  private static final int DEPTH = 64;
  private static final int STRING_LIMIT = 16 << 20;

  /** Writes and reads under the same rules. Thread-safe. */
  public static final JsonMapper MAPPER =
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
                .maxStringLength(STRING_LIMIT)
                .maxNumberLength(64)
                .build());
  }

  private StrictJson() {}

  /**
   * The JSON object a file holds.
   *
   * @throws ModelException when it is missing, too large or not a JSON object
   */
  public static JsonNode readObject(Path file) {
    return parseObject(readBytes(file), file.getFileName().toString());
  }

  /**
   * The bytes of a small file.
   *
   * @throws ModelException when it is missing or too large
   */
  public static byte[] readBytes(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      long size = Files.size(file);
      if (size > FILE_LIMIT) {
        throw new ModelException(name + ": " + size + " bytes, more than " + FILE_LIMIT);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ModelException(name + ": no such file", e);
    } catch (IOException e) {
      throw new ModelException(name + ": cannot be read", e);
    }
  }

  /**
   * A JSON object.
   *
   * @param source what to call it in a failure
   * @throws ModelException when it is not one
   */
  public static JsonNode parseObject(byte[] utf8, String source) {
    JsonNode node = parse(utf8, source);
    if (!node.isObject()) {
      throw new ModelException(source + ": not a JSON object");
    }
    return node;
  }

  /**
   * Any JSON value.
   *
   * @param source what to call it in a failure
   * @throws ModelException when it is not JSON
   */
  public static JsonNode parse(byte[] utf8, String source) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      JsonNode node = MAPPER.readTree(text);
      if (node == null || node.isMissingNode()) {
        throw new ModelException(source + ": empty");
      }
      return node;
    } catch (CharacterCodingException e) {
      throw new ModelException(source + ": not UTF-8", e);
    } catch (JsonProcessingException e) {
      throw new ModelException(source + ": " + OneLine.of(e.getOriginalMessage()), e);
    }
  }
}
