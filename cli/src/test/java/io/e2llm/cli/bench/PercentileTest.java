package io.e2llm.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PercentileTest {
  @Test
  void betweenTwoValues_isInterpolated() {
    double[] values = {40, 10, 30, 20};

    assertEquals(10, Percentile.of(values, 0));
    assertEquals(25, Percentile.of(values, 50));
    // Place 0.95 x 3 = 2.85: 30 + 0.85 x 10.
    assertEquals(38.5, Percentile.of(values, 95), 1e-12);
    assertEquals(40, Percentile.of(values, 100));
  }

  @Test
  void oneValue_isEveryPercentile() {
    assertEquals(7, Percentile.of(new double[] {7}, 5));
    assertEquals(7, Percentile.of(new double[] {7}, 95));
  }

  @Test
  void missingValues_areLeftOut() {
    assertEquals(15, Percentile.of(new double[] {Double.NaN, 10, 20}, 50));
    assertEquals(Double.NaN, Percentile.of(new double[] {Double.NaN}, 50));
  }

  @Test
  void spread_isLeastMiddleMost() {
    assertEquals(new Spread(1, 3, 9), Spread.of(new double[] {9, 1, 3}));
  }
}
