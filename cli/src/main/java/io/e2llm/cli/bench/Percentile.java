package io.e2llm.cli.bench;

import java.util.Arrays;

/** Percentiles by linear interpolation between order statistics (R's type 7, NumPy's default). */
final class Percentile {
  private Percentile() {}

  /**
   * The value below which {@code percent} of the others lie.
   *
   * @param values in any order; NaN is left out
   * @param percent 0 to 100
   * @return NaN when there is no value
   */
  static double of(double[] values, double percent) {
    double[] sorted =
        Arrays.stream(values).filter(value -> !Double.isNaN(value)).sorted().toArray();
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double at = percent / 100 * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
