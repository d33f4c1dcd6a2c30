package io.e2llm.engine.decoder;

/**
 * A fixed orthogonal matrix that mixes every channel into every other about evenly: the type-II
 * cosine transform, whose columns change sign by a fixed pseudo-random pattern. It exists for every
 * width, unlike the Hadamard matrices of QuaRot (arXiv 2404.00456), and spreads a large channel as
 * well.
 */
final class Rotation {
  private Rotation() {}

  /** The matrix {@code [width, width]}, row-major; a row vector times it is turned. */
  static float[] of(int width) {
    float[] values = new float[width * width];
    double[] cosines = new double[4 * width];
    for (int i = 0; i < cosines.length; i++) {
      cosines[i] = Math.cos(Math.PI * i / (2.0 * width));
    }
    for (int channel = 0; channel < width; channel++) {
      double sign = sign(channel) * Math.sqrt(2.0 / width);
      values[channel * width] = (float) (sign * Math.sqrt(0.5));
      for (int k = 1; k < width; k++) {
        long angle = (2L * channel + 1) * k % (4L * width);
        values[channel * width + k] = (float) (sign * cosines[(int) angle]);
      }
    }
    return values;
  }

  /** One of the two signs, by the finalizer of SplitMix64. */
  private static int sign(int channel) {
    long z = (channel + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (z ^ (z >>> 31)) < 0 ? -1 : 1;
  }
}
