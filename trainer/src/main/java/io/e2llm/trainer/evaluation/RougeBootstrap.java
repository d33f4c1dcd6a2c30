package io.e2llm.trainer.evaluation;

import io.e2llm.trainer.evaluation.PairedBootstrap.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The paired bootstrap over documents for the geometric mean of the three means of ROUGE, which is
 * no mean of differences.
 */
public final class RougeBootstrap {
  private static final int DRAWS = 10_000;
  private static final double TAIL = 0.025;
  private static final int KINDS = 3;

  private RougeBootstrap() {}

  /**
   * A question that both ways answered.
   *
   * @param ours what the one scored
   * @param theirs what the other scored
   */
  public record Pair(Rouge ours, Rouge theirs) {}

  /**
   * How much higher the geometric mean of the one is.
   *
   * @param byDocument for each document its questions; at least one in all
   * @param seed decides the draws
   */
  public static Interval of(List<List<Pair>> byDocument, long seed) {
    List<double[]> sums =
        byDocument.stream().filter(each -> !each.isEmpty()).map(RougeBootstrap::sums).toList();
    if (sums.isEmpty()) {
      throw new IllegalArgumentException("no questions");
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      double[] all = new double[2 * KINDS + 1];
      for (int j = 0; j < sums.size(); j++) {
        add(all, sums.get(random.nextInt(sums.size())));
      }
      drawn[i] = difference(all);
    }
    Arrays.sort(drawn);
    double[] all = new double[2 * KINDS + 1];
    sums.forEach(each -> add(all, each));
    int tail = (int) (TAIL * DRAWS);
    return new Interval(difference(all), drawn[tail], drawn[DRAWS - 1 - tail]);
  }

  /** Our three sums, their three, and the number of questions. */
  private static double[] sums(List<Pair> questions) {
    double[] sums = new double[2 * KINDS + 1];
    for (Pair pair : questions) {
      add(
          sums,
          pair.ours().one(),
          pair.ours().two(),
          pair.ours().longest(),
          pair.theirs().one(),
          pair.theirs().two(),
          pair.theirs().longest(),
          1);
    }
    return sums;
  }

  private static void add(double[] to, double... values) {
    for (int i = 0; i < to.length; i++) {
      to[i] += values[i];
    }
  }

  private static double difference(double[] sums) {
    double count = sums[2 * KINDS];
    return (Math.cbrt(sums[0] * sums[1] * sums[2]) - Math.cbrt(sums[3] * sums[4] * sums[5]))
        / count;
  }
}
