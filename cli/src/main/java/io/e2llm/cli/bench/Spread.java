package io.e2llm.cli.bench;

/**
 * A number over several repetitions; all NaN where none has it.
 *
 * @param min the least
 * @param median the middle
 * @param max the most
 */
record Spread(double min, double median, double max) {
  /** Of values in any order; NaN is left out. */
  static Spread of(double[] values) {
    return new Spread(
        Percentile.of(values, 0), Percentile.of(values, 50), Percentile.of(values, 100));
  }
}
