package io.e2llm.engine.weights;

/**
 * GGUF's blocks of 256 elements.
 *
 * <p>Q4_K and Q5_K: fp16 scale of scales, fp16 scale of minima, 12 bytes that pack eight 6-bit
 * scales and eight 6-bit minima, for Q5_K 32 bytes of fifth bits, 128 bytes of 4-bit values; every
 * 32 data bytes hold two sub-blocks of 32, low halves first. Q6_K: 128 bytes of low halves, 64
 * bytes of upper two bits, 16 signed scales, fp16 scale of scales.
 */
final class SuperBlocks {
  private static final int ELEMENTS = 256;
  private static final int SUB = 32;

  private SuperBlocks() {}

  static void q4(byte[] in, float[] out, int blocks) {
    for (int block = 0; block < blocks; block++) {
      int at = block * 144;
      for (int sub = 0; sub < 8; sub++) {
        float scale = PlainElements.half(in, at) * scale(in, at + 4, sub);
        float minimum = PlainElements.half(in, at + 2) * minimum(in, at + 4, sub);
        int data = at + 16 + sub / 2 * SUB;
        int shift = sub % 2 * 4;
        int to = block * ELEMENTS + sub * SUB;
        for (int i = 0; i < SUB; i++) {
          out[to + i] = scale * ((in[data + i] >> shift) & 15) - minimum;
        }
      }
    }
  }

  static void q5(byte[] in, float[] out, int blocks) {
    for (int block = 0; block < blocks; block++) {
      int at = block * 176;
      for (int sub = 0; sub < 8; sub++) {
        float scale = PlainElements.half(in, at) * scale(in, at + 4, sub);
        float minimum = PlainElements.half(in, at + 2) * minimum(in, at + 4, sub);
        int high = at + 16;
        int data = at + 48 + sub / 2 * SUB;
        int shift = sub % 2 * 4;
        int to = block * ELEMENTS + sub * SUB;
        for (int i = 0; i < SUB; i++) {
          int value = ((in[data + i] >> shift) & 15) | (((in[high + i] >> sub) & 1) << 4);
          out[to + i] = scale * value - minimum;
        }
      }
    }
  }

  static void q6(byte[] in, float[] out, int blocks) {
    for (int block = 0; block < blocks; block++) {
      int at = block * 210;
      float scale = PlainElements.half(in, at + 208);
      for (int sub = 0; sub < 8; sub++) {
        int low = at + sub / 4 * 64 + sub % 2 * SUB;
        int lowShift = sub % 4 / 2 * 4;
        int high = at + 128 + sub / 4 * SUB;
        int highShift = sub % 4 * 2;
        int scales = at + 192 + sub * 2;
        int to = block * ELEMENTS + sub * SUB;
        for (int i = 0; i < SUB; i++) {
          int value = ((in[low + i] >> lowShift) & 15) | (((in[high + i] >> highShift) & 3) << 4);
          out[to + i] = scale * in[scales + i / 16] * (value - 32);
        }
      }
    }
  }

  /** Scale of a sub-block: 0 to 3 in six bits of bytes 0 to 3, the rest in two pieces. */
  private static int scale(byte[] in, int at, int sub) {
    return sub < 4
        ? in[at + sub] & 63
        : (in[at + 4 + sub] & 15) | (((in[at + sub - 4] >> 6) & 3) << 4);
  }

  private static int minimum(byte[] in, int at, int sub) {
    return sub < 4
        ? in[at + 4 + sub] & 63
        : ((in[at + 4 + sub] >> 4) & 15) | (((in[at + sub] >> 6) & 3) << 4);
  }
}
