package io.e2llm.encoder;

/**
 * Groups chunks of similar length, so that a batch padded to its longest wastes little. Bounds are
 * 16, 24, 32, 48, 64, 96, 128, and so on: above 16 tokens less than a third of a batch is padding.
 */
final class LengthBucket {
  private static final int SMALLEST = 16;

  private LengthBucket() {}

  /** The bound of the bucket that holds chunks of {@code tokens}: the least bound not below it. */
  static int boundFor(int tokens) {
    int bound = SMALLEST;
    while (bound < tokens) {
      if (bound + bound / 2 >= tokens) {
        return bound + bound / 2;
      }
      bound *= 2;
    }
    return bound;
  }
}
