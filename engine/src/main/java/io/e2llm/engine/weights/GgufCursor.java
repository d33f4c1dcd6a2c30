package io.e2llm.engine.weights;

import io.e2llm.engine.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the header of a GGUF file front to back; every length is checked against what is left. Not
 * thread-safe.
 */
final class GgufCursor {
  private final String file;
  private final ByteBuffer bytes;
  private String field = "magic";

  /** Reads {@code bytes}, which belong to {@code file}. */
  GgufCursor(String file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Names what is read next, for messages. */
  void at(String name) {
    field = name;
  }

  int position() {
    return bytes.position();
  }

  int remaining() {
    return bytes.remaining();
  }

  byte int8() {
    need(1);
    return bytes.get();
  }

  short int16() {
    need(2);
    return bytes.getShort();
  }

  int int32() {
    need(4);
    return bytes.getInt();
  }

  long int64() {
    need(8);
    return bytes.getLong();
  }

  float float32() {
    need(4);
    return bytes.getFloat();
  }

  double float64() {
    need(8);
    return bytes.getDouble();
  }

  /** An unsigned count that may not exceed {@code limit}. */
  int count(int limit) {
    long count = int64();
    if (count < 0 || count > limit) {
      throw failure(Long.toUnsignedString(count) + " where " + limit + " is the most");
    }
    return (int) count;
  }

  String string(int limit) {
    int length = count(limit);
    need(length);
    ByteBuffer slice = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(slice);
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new ModelException(file + ": " + field + ": not UTF-8", e);
    }
  }

  void need(long count) {
    if (count > bytes.remaining()) {
      throw failure("the file ends early");
    }
  }

  ModelException failure(String what) {
    return new ModelException(file + ": " + field + ": " + what);
  }
}
