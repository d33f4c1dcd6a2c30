package io.e2llm.engine.decoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A direct buffer of int64 that is used again and again, and grows where it must. */
final class DirectLongs {
  private ByteBuffer bytes = allocate(64);

  void clear() {
    bytes.clear();
  }

  void add(long value) {
    if (bytes.remaining() < Long.BYTES) {
      bytes = allocate(2 * bytes.capacity() / Long.BYTES).put(bytes.flip());
    }
    bytes.putLong(value);
  }

  /** Values added. */
  int size() {
    return bytes.position() / Long.BYTES;
  }

  /** The whole buffer; what was added starts at 0. */
  ByteBuffer bytes() {
    return bytes;
  }

  private static ByteBuffer allocate(int elements) {
    return ByteBuffer.allocateDirect(elements * Long.BYTES).order(ByteOrder.nativeOrder());
  }
}
