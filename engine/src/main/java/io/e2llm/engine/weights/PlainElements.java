package io.e2llm.engine.weights;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** F32, F16 and BF16, little-endian. */
final class PlainElements {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private PlainElements() {}

  static void f32(byte[] in, float[] out, int elements) {
    for (int i = 0; i < elements; i++) {
      out[i] = Float.intBitsToFloat((int) INT.get(in, 4 * i));
    }
  }

  static void f16(byte[] in, float[] out, int elements) {
    for (int i = 0; i < elements; i++) {
      out[i] = half(in, 2 * i);
    }
  }

  static void bf16(byte[] in, float[] out, int elements) {
    for (int i = 0; i < elements; i++) {
      out[i] = Float.intBitsToFloat((short) SHORT.get(in, 2 * i) << 16);
    }
  }

  /** The fp16 number at a byte offset. */
  static float half(byte[] in, int at) {
    return Float.float16ToFloat((short) SHORT.get(in, at));
  }

  /** The 32 bits at a byte offset. */
  static int bits(byte[] in, int at) {
    return (int) INT.get(in, at);
  }
}
