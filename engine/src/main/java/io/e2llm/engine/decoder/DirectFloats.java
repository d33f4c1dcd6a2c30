package io.e2llm.engine.decoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** A direct buffer of fp32 that is used again and again, and grows where it must. */
final class DirectFloats {
  private ByteBuffer bytes = allocate(0);
  private FloatBuffer floats = bytes.asFloatBuffer();

  /** Empties it and makes room for {@code elements}. */
  void clear(int elements) {
    if (floats.capacity() < elements) {
      bytes = allocate(Math.max(elements, 2 * floats.capacity()));
      floats = bytes.asFloatBuffer();
    }
    floats.clear();
  }

  void put(float[] values) {
    floats.put(values);
  }

  /** The whole buffer; what was put in starts at 0. */
  ByteBuffer bytes() {
    return bytes;
  }

  FloatBuffer floats() {
    return floats;
  }

  private static ByteBuffer allocate(int elements) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(elements, Float.BYTES))
        .order(ByteOrder.nativeOrder());
  }
}
