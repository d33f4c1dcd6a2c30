package io.e2llm.decoder.scheduling;

import java.util.Arrays;

/**
 * How long a turn may take in which some generations decode and others read prompts: a few times
 * what the decode step takes, which is learned from the steps that are made, by how many decode.
 * Prompts are read a few layers at a time until that time is over; the pieces they are read in are
 * so small that one layer is expected to take no more than half of what there is for it.
 *
 * <p>The estimates are averages over the last few measurements, cautious on purpose, for a stream
 * that hesitates is worse than a prompt read a little later: that of a decode step follows quick
 * ones sooner than slow ones, that of a layer slow ones sooner. What took very long, for whatever
 * else the machine did, counts little. Scheduler's thread only.
 */
final class StepPace {
  /** What is aimed at, so that no turn takes 4 times as long, whatever the machine does besides. */
  static final double STRETCH = 2.5;

  /** No piece beside decodes is shorter, unless the prompt is. */
  static final int LEAST_PIECE = 8;

  /** While nothing is known of layers a piece has this share of the most that it may. */
  private static final int FIRST_SHARE = 4;

  private static final double QUICKLY = 0.4;
  private static final double SLOWLY = 0.2;

  /** One measurement counts as no more than so many times what was thought before. */
  private static final double OUTLIER = 3;

  private final int mostPiece;
  private double[] decodeNanos = {};
  private double tokenNanos = Double.NaN;

  /** With pieces of at most {@code mostPiece} prompt tokens. */
  StepPace(int mostPiece) {
    this.mostPiece = mostPiece;
  }

  /** Notes a step in which so many generations decoded and nobody read. */
  void decoded(int generations, double nanos) {
    if (generations >= decodeNanos.length) {
      int known = decodeNanos.length;
      decodeNanos = Arrays.copyOf(decodeNanos, generations + 1);
      Arrays.fill(decodeNanos, known, generations + 1, Double.NaN);
    }
    decodeNanos[generations] = average(decodeNanos[generations], nanos, QUICKLY, SLOWLY);
  }

  /** Notes that a layer took so long for a piece of {@code tokens}. */
  void read(int tokens, double nanosOfALayer) {
    double measured = Math.max(1, nanosOfALayer) / tokens; // no clock is so fine
    tokenNanos = average(tokenNanos, measured, SLOWLY, QUICKLY);
  }

  private static double average(double before, double now, double down, double up) {
    if (Double.isNaN(before)) {
      return now;
    }
    double counted = Math.min(now, OUTLIER * before);
    return before + (counted < before ? down : up) * (counted - before);
  }

  /** Whether a step was made in which so many decode. */
  boolean knows(int generations) {
    return generations < decodeNanos.length && !Double.isNaN(decodeNanos[generations]);
  }

  /** Nanoseconds that a turn should take at most in which so many decode; 0 when unknown. */
  double allowedNanos(int generations) {
    return knows(generations) ? STRETCH * decodeNanos[generations] : 0;
  }

  /** Prompt tokens that a piece should have at most beside so many that decode. */
  int piece(int generations) {
    if (Double.isNaN(tokenNanos)) {
      return Math.max(LEAST_PIECE, mostPiece / FIRST_SHARE);
    }
    double ofALayer = (1 - 1 / STRETCH) / 2 * allowedNanos(generations);
    return (int) Math.max(LEAST_PIECE, Math.min(mostPiece, ofALayer / tokenNanos));
  }
}
