package io.e2llm.engine.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads the values of GGUF's key-value pairs; the elements of all lists together are bounded. */
final class GgufValues {
  private static final int UINT8 = 0;
  private static final int INT8 = 1;
  private static final int UINT16 = 2;
  private static final int INT16 = 3;
  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int UINT64 = 10;
  private static final int INT64 = 11;
  private static final int FLOAT64 = 12;

  private static final int STRING_BYTES = 1 << 24;
  private static final int LIST_ELEMENTS = 1 << 23;

  private final GgufCursor cursor;
  private int listElements;

  GgufValues(GgufCursor cursor) {
    this.cursor = cursor;
  }

  Object read() {
    int type = cursor.int32();
    return type == ARRAY ? list() : scalar(type);
  }

  private Object scalar(int type) {
    return switch (type) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> whole(type);
      case FLOAT32 -> (double) cursor.float32();
      case FLOAT64 -> cursor.float64();
      case BOOL -> cursor.int8() != 0;
      case STRING -> cursor.string(STRING_BYTES);
      default -> throw unknown(type);
    };
  }

  private long whole(int type) {
    return switch (type) {
      case UINT8 -> Byte.toUnsignedLong(cursor.int8());
      case INT8 -> cursor.int8();
      case UINT16 -> Short.toUnsignedLong(cursor.int16());
      case INT16 -> cursor.int16();
      case UINT32 -> Integer.toUnsignedLong(cursor.int32());
      case INT32 -> cursor.int32();
      case UINT64, INT64 -> cursor.int64();
      default -> throw unknown(type);
    };
  }

  private Object list() {
    int type = cursor.int32();
    int count = cursor.count(LIST_ELEMENTS - listElements);
    listElements += count;
    cursor.need((long) count * width(type));
    return switch (type) {
      case STRING -> strings(count);
      case FLOAT32, FLOAT64 -> reals(type, count);
      default -> wholes(type, count);
    };
  }

  private List<String> strings(int count) {
    List<String> strings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      strings.add(cursor.string(STRING_BYTES));
    }
    return Collections.unmodifiableList(strings);
  }

  private double[] reals(int type, int count) {
    double[] reals = new double[count];
    for (int i = 0; i < count; i++) {
      reals[i] = type == FLOAT32 ? cursor.float32() : cursor.float64();
    }
    return reals;
  }

  private long[] wholes(int type, int count) {
    long[] wholes = new long[count];
    for (int i = 0; i < count; i++) {
      wholes[i] = type == BOOL ? cursor.int8() : whole(type);
    }
    return wholes;
  }

  /** Least bytes of one element. */
  private int width(int type) {
    return switch (type) {
      case UINT8, INT8, BOOL -> 1;
      case UINT16, INT16 -> 2;
      case UINT32, INT32, FLOAT32 -> 4;
      case UINT64, INT64, FLOAT64, STRING -> 8;
      default -> throw unknown(type);
    };
  }

  private RuntimeException unknown(int type) {
    return cursor.failure("lists of lists and values of type " + type + " are not supported");
  }
}
