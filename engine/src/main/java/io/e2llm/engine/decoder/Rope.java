package io.e2llm.engine.decoder;

/**
 * Rotary positions.
 *
 * @param theta base of the frequencies
 * @param scaling how frequencies are stretched for long contexts
 */
record Rope(double theta, Scaling scaling) {
  /** How frequencies are stretched. */
  sealed interface Scaling {
    /** A frequency, stretched. */
    double apply(double frequency);
  }

  /** As they are. */
  record None() implements Scaling {
    @Override
    public double apply(double frequency) {
      return frequency;
    }
  }

  /**
   * All by the same factor.
   *
   * @param factor divides every frequency
   */
  record Linear(double factor) implements Scaling {
    @Override
    public double apply(double frequency) {
      return frequency / factor;
    }
  }

  /**
   * Llama 3.1's: waves longer than the original window are stretched, short ones stay, those
   * between are mixed.
   *
   * @param factor divides the frequencies of long waves
   * @param low waves longer than the original window over this are long
   * @param high waves shorter than the original window over this are short
   * @param originalWindow window of the training before the stretch
   */
  record Llama3(double factor, double low, double high, double originalWindow) implements Scaling {
    @Override
    public double apply(double frequency) {
      double wave = 2 * Math.PI / frequency;
      if (wave > originalWindow / low) {
        return frequency / factor;
      }
      if (wave < originalWindow / high) {
        return frequency;
      }
      double smooth = (originalWindow / wave - low) / (high - low);
      return (1 - smooth) * frequency / factor + smooth * frequency;
    }
  }

  /** Radians per position for each pair of a head, {@code [headSize / 2]}. */
  float[] frequencies(int headSize) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double frequency = 1 / Math.pow(theta, 2.0 * i / headSize);
      frequencies[i] = (float) scaling.apply((float) frequency);
    }
    return frequencies;
  }
}
