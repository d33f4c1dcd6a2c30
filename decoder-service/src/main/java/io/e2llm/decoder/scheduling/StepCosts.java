package io.e2llm.decoder.scheduling;

import java.util.Arrays;

/**
 * What steps cost, learned from those that were made: a step in which some generations decode, by
 * their number; and what each prompt token adds, by how much stands before it, apart for steps that
 * only read and for those in which others decode, where pieces are small and cost more a token.
 *
 * <p>The estimates are averages over the last few steps, cautious on purpose, for a stream that
 * hesitates is worse than a prompt read a little later: that of a decode step follows quick ones
 * sooner than slow ones, that of a prompt token slow ones sooner. A step that took very long, for
 * whatever else the machine did, counts little. Scheduler's thread only.
 */
final class StepCosts {
  /** How many steps may pass in which prompts are read before a decode step is measured again. */
  static final int MEASURE_EVERY = 16;

  private static final double QUICKLY = 0.4;
  private static final double SLOWLY = 0.2;

  /** One measurement counts as no more than so many times what was thought before. */
  private static final double OUTLIER = 3;

  private static final int CONTEXT_CLASSES = 24;

  /** A class of contexts that was never measured is thought to cost so much more than shorter. */
  private static final double NEXT_CLASS = 1.5;

  /** Small pieces are thought to cost so much more a token than large ones. */
  private static final double SMALL_PIECE = 2;

  private double[] decodeNanos = {};
  private final double[] alone = unknown(CONTEXT_CLASSES);
  private final double[] mixed = unknown(CONTEXT_CLASSES);
  private int sinceMeasured;

  private static double[] unknown(int size) {
    double[] values = new double[size];
    Arrays.fill(values, Double.NaN);
    return values;
  }

  /**
   * Notes a step.
   *
   * @param decoding generations that decoded in it
   * @param promptTokens prompt tokens read in it
   * @param context most positions that one of those stood behind
   * @param nanos it took
   */
  void measured(int decoding, int promptTokens, int context, double nanos) {
    if (promptTokens == 0) {
      sinceMeasured = 0;
      if (decoding >= decodeNanos.length) {
        int known = decodeNanos.length;
        decodeNanos = Arrays.copyOf(decodeNanos, decoding + 1);
        Arrays.fill(decodeNanos, known, decoding + 1, Double.NaN);
      }
      decodeNanos[decoding] = average(decodeNanos[decoding], nanos, QUICKLY, SLOWLY);
      return;
    }
    sinceMeasured++;
    double decode = decoding == 0 ? 0 : decodeNanos(decoding);
    if (!Double.isNaN(decode)) {
      double each = Math.max(1, nanos - decode) / promptTokens;
      double[] costs = decoding == 0 ? alone : mixed;
      int index = contextClass(context);
      costs[index] = average(costs[index], each, SLOWLY, QUICKLY);
    }
  }

  private static double average(double before, double now, double down, double up) {
    if (Double.isNaN(before)) {
      return now;
    }
    double counted = Math.min(now, OUTLIER * before);
    return before + (counted < before ? down : up) * (counted - before);
  }

  /** Whether a step of these decodes alone should come first, to see what it costs. */
  boolean decodeUnknown(int decoding) {
    return decoding > 0
        && (sinceMeasured >= MEASURE_EVERY
            || decoding >= decodeNanos.length
            || Double.isNaN(decodeNanos[decoding]));
  }

  /** Nanoseconds of a step in which so many decode and nobody reads; NaN when unknown. */
  double decodeNanos(int decoding) {
    return decoding < decodeNanos.length ? decodeNanos[decoding] : Double.NaN;
  }

  /**
   * Nanoseconds that a prompt token adds to a step in which others decode.
   *
   * @param context positions before it
   * @return NaN when nothing was measured yet
   */
  double promptTokenNanos(int context) {
    int index = contextClass(context);
    double known = estimate(mixed, index);
    return Double.isNaN(known) ? SMALL_PIECE * estimate(alone, index) : known;
  }

  private static double estimate(double[] costs, int index) {
    double more = 1;
    for (int i = index; i >= 0; i--, more *= NEXT_CLASS) {
      if (!Double.isNaN(costs[i])) {
        return more * costs[i];
      }
    }
    for (int i = index + 1; i < costs.length; i++) {
      if (!Double.isNaN(costs[i])) {
        return costs[i];
      }
    }
    return Double.NaN;
  }

  /** Contexts within a factor of two cost about the same; all the short ones do. */
  private static int contextClass(int context) {
    int doublings = Integer.SIZE - Integer.numberOfLeadingZeros(context >>> 8);
    return Math.min(CONTEXT_CLASSES - 1, doublings);
  }
}
