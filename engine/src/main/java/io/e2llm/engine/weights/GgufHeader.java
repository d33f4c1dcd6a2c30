package io.e2llm.engine.weights;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The front part of a GGUF file.
 *
 * @param metadata key-value pairs
 * @param entries tensors, shapes outermost first, offsets relative to {@code dataAt}, unchecked
 * @param dataAt where the data begins
 */
record GgufHeader(GgufMetadata metadata, List<Entry> entries, long dataAt) {
  private static final int MAGIC = 0x46554747; // "GGUF"
  private static final int HEADER_LIMIT = 1 << 28;
  private static final int PAIRS = 1 << 16;
  private static final int TENSORS = 1 << 18;
  private static final int KEY_BYTES = 1 << 16;
  private static final int DIMENSIONS = 4;
  private static final int DEFAULT_ALIGNMENT = 32;

  /** A tensor as the header tells of it. */
  record Entry(TensorInfo info, long offset) {}

  static GgufHeader read(String file, FileChannel channel) throws IOException {
    long mapped = Math.min(channel.size(), HEADER_LIMIT);
    GgufCursor cursor = new GgufCursor(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, mapped));
    if (cursor.int32() != MAGIC) {
      throw cursor.failure("not a GGUF file");
    }
    cursor.at("version");
    int version = cursor.int32();
    if (version != 2 && version != 3) {
      throw cursor.failure(Integer.toUnsignedString(version) + " is not supported");
    }
    cursor.at("tensor_count");
    int tensors = cursor.count(TENSORS);
    cursor.at("kv_count");
    int pairs = cursor.count(PAIRS);
    GgufMetadata metadata = new GgufMetadata(file, pairs(cursor, pairs));
    List<Entry> entries = entries(cursor, tensors);
    long alignment = alignment(metadata);
    long dataAt = (cursor.position() + alignment - 1) / alignment * alignment;
    return new GgufHeader(metadata, entries, dataAt);
  }

  private static Map<String, Object> pairs(GgufCursor cursor, int count) {
    GgufValues values = new GgufValues(cursor);
    Map<String, Object> pairs = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      cursor.at("key " + i);
      String key = cursor.string(KEY_BYTES);
      cursor.at(OneLine.of(key));
      if (pairs.put(key, values.read()) != null) {
        throw cursor.failure("stands twice");
      }
    }
    return pairs;
  }

  private static List<Entry> entries(GgufCursor cursor, int count) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cursor.at("tensor " + i);
      String name = cursor.string(KEY_BYTES);
      cursor.at("tensor " + OneLine.of(name));
      int dimensions = cursor.int32();
      if (dimensions < 0 || dimensions > DIMENSIONS) {
        throw cursor.failure(Integer.toUnsignedString(dimensions) + " dimensions");
      }
      List<Long> shape = new ArrayList<>();
      for (int d = 0; d < dimensions; d++) {
        shape.addFirst(cursor.int64());
      }
      WeightType type = type(cursor, cursor.int32());
      entries.add(new Entry(new TensorInfo(name, type, shape), cursor.int64()));
    }
    return entries;
  }

  private static long alignment(GgufMetadata metadata) {
    if (!metadata.has("general.alignment")) {
      return DEFAULT_ALIGNMENT;
    }
    int alignment = metadata.require("general.alignment", 1, 1 << 20);
    if (Integer.bitCount(alignment) != 1) {
      throw new ModelException(
          metadata.file() + ": general.alignment: " + alignment + " is no power of two");
    }
    return alignment;
  }

  private static WeightType type(GgufCursor cursor, int id) {
    return switch (id) {
      case 0 -> WeightType.F32;
      case 1 -> WeightType.F16;
      case 2 -> WeightType.Q4_0;
      case 3 -> WeightType.Q4_1;
      case 6 -> WeightType.Q5_0;
      case 7 -> WeightType.Q5_1;
      case 8 -> WeightType.Q8_0;
      case 12 -> WeightType.Q4_K;
      case 13 -> WeightType.Q5_K;
      case 14 -> WeightType.Q6_K;
      case 30 -> WeightType.BF16;
      default ->
          throw cursor.failure(
              "type " + Integer.toUnsignedString(id) + " of GGML is not supported");
    };
  }
}
