package io.e2llm.trainer.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The paired bootstrap (Efron and Tibshirani, 1993) over documents: questions about one document
 * are no independent witnesses, so documents are drawn, each with all its questions.
 */
public final class PairedBootstrap {
  private static final int DRAWS = 10_000;
  private static final double TAIL = 0.025;

  private PairedBootstrap() {}

  /**
   * The mean of some differences and the interval in which it lies 95 of 100 times.
   *
   * @param mean over all differences
   * @param low end of the interval
   * @param high end of the interval
   */
  public record Interval(double mean, double low, double high) {
    /** Whether the difference is no matter of chance. */
    public boolean excludesZero() {
      return low > 0 || high < 0;
    }
  }

  /**
   * Of differences between two ways to answer the same questions.
   *
   * @param byDocument for each document the difference of each of its questions
   * @param seed decides the draws
   */
  public static Interval of(List<double[]> byDocument, long seed) {
    List<double[]> asked = byDocument.stream().filter(each -> each.length > 0).toList();
    if (asked.isEmpty()) {
      throw new IllegalArgumentException("no differences");
    }
    double[] sums = asked.stream().mapToDouble(each -> Arrays.stream(each).sum()).toArray();
    int[] counts = asked.stream().mapToInt(each -> each.length).toArray();
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      double sum = 0;
      int count = 0;
      for (int j = 0; j < sums.length; j++) {
        int drawn = random.nextInt(sums.length);
        sum += sums[drawn];
        count += counts[drawn];
      }
      means[i] = sum / count;
    }
    Arrays.sort(means);
    return new Interval(
        Arrays.stream(sums).sum() / Arrays.stream(counts).sum(),
        means[(int) (TAIL * DRAWS)],
        means[DRAWS - 1 - (int) (TAIL * DRAWS)]);
  }
}
