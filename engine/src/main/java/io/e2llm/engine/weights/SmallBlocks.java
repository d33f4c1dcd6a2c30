package io.e2llm.engine.weights;

/**
 * GGUF's blocks of 32 elements. The low halves of the 16 data bytes are elements 0 to 15, the high
 * halves 16 to 31; 5-bit types keep the fifth bits in 32 bits of their own, element 0 lowest.
 */
final class SmallBlocks {
  private static final int ELEMENTS = 32;
  private static final int HALF = 16;

  private SmallBlocks() {}

  static void q8(byte[] in, float[] out, int blocks) {
    for (int block = 0; block < blocks; block++) {
      int at = block * 34;
      int to = block * ELEMENTS;
      float scale = PlainElements.half(in, at);
      for (int i = 0; i < ELEMENTS; i++) {
        out[to + i] = scale * in[at + 2 + i];
      }
    }
  }

  static void q4(byte[] in, float[] out, int blocks) {
    for (int block = 0; block < blocks; block++) {
      int at = block * 18;
      int to = block * ELEMENTS;
      float scale = PlainElements.half(in, at);
      for (int i = 0; i < HALF; i++) {
        int pair = in[at + 2 + i];
        out[to + i] = scale * ((pair & 15) - 8);
        out[to + HALF + i] = scale * (((pair >> 4) & 15) - 8);
      }
    }
  }

  static void q4WithMinimum(byte[] in, float[] out, int blocks) {
    for (int block = 0; block < blocks; block++) {
      int at = block * 20;
      int to = block * ELEMENTS;
      float scale = PlainElements.half(in, at);
      float minimum = PlainElements.half(in, at + 2);
      for (int i = 0; i < HALF; i++) {
        int pair = in[at + 4 + i];
        out[to + i] = scale * (pair & 15) + minimum;
        out[to + HALF + i] = scale * ((pair >> 4) & 15) + minimum;
      }
    }
  }

  static void q5(byte[] in, float[] out, int blocks) {
    for (int block = 0; block < blocks; block++) {
      int at = block * 22;
      int to = block * ELEMENTS;
      float scale = PlainElements.half(in, at);
      int high = PlainElements.bits(in, at + 2);
      for (int i = 0; i < HALF; i++) {
        int pair = in[at + 6 + i];
        out[to + i] = scale * (((pair & 15) | fifth(high, i)) - 16);
        out[to + HALF + i] = scale * ((((pair >> 4) & 15) | fifth(high, i + HALF)) - 16);
      }
    }
  }

  static void q5WithMinimum(byte[] in, float[] out, int blocks) {
    for (int block = 0; block < blocks; block++) {
      int at = block * 24;
      int to = block * ELEMENTS;
      float scale = PlainElements.half(in, at);
      float minimum = PlainElements.half(in, at + 2);
      int high = PlainElements.bits(in, at + 4);
      for (int i = 0; i < HALF; i++) {
        int pair = in[at + 8 + i];
        out[to + i] = scale * ((pair & 15) | fifth(high, i)) + minimum;
        out[to + HALF + i] = scale * (((pair >> 4) & 15) | fifth(high, i + HALF)) + minimum;
      }
    }
  }

  /** The fifth bit of an element, in its place. */
  private static int fifth(int high, int element) {
    return ((high >>> element) & 1) << 4;
  }
}
