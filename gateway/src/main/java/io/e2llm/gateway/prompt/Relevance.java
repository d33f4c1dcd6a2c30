package io.e2llm.gateway.prompt;

import java.util.List;

/** Cosines of sentence embeddings. */
public final class Relevance {
  private Relevance() {}

  /**
   * The embedding of a question that was embedded in pieces: their average, of length 1.
   *
   * @param pieces {@code [width]} each, of length 1; at least one
   */
  public static float[] average(List<float[]> pieces) {
    float[] sum = new float[pieces.getFirst().length];
    for (float[] piece : pieces) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += piece[i];
      }
    }
    double norm = Math.sqrt(dot(sum, sum));
    for (int i = 0; i < sum.length && norm > 0; i++) {
      sum[i] /= (float) norm;
    }
    return sum;
  }

  /** The cosine of two vectors of length 1. */
  public static float cosine(float[] first, float[] second) {
    return (float) dot(first, second);
  }

  private static double dot(float[] first, float[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += (double) first[i] * second[i];
    }
    return sum;
  }
}
