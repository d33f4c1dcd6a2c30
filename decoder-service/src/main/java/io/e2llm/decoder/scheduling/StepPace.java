package io.e2llm.decoder.scheduling;

import java.util.Arrays;

/**
 * How long a turn may take in which some generations decode and others read prompts: a few times
 * what the decode step takes alone, which is learned from the steps that are made, by how many
 * decode. Prompts are read a few layers at a time until that time is over; the pieces they are read
 * in are so small that one layer takes no more than half of what there is for it.
 *
 * <p>What a decode step takes is an average over the last few, cautious on purpose, for a stream
 * that hesitates is worse than a prompt read a little later: it follows quick steps sooner than
 * slow ones, and a step that took very long, for whatever else the machine did, counts little.
 * Scheduler's thread only.
 */
final class StepPace {
  /** What is aimed at, so that no turn takes 4 times as long, whatever the machine does besides. */
  static final double STRETCH = 2.5;

  /** No piece beside decodes is shorter, unless the prompt is. */
  static final int LEAST_PIECE = 8;

  private static final double QUICKLY = 0.4;
  private static final double SLOWLY = 0.2;

  /** One measurement counts as no more than so many times what was thought before. */
  private static final double OUTLIER = 3;

  private final int mostPiece;
  private double[] decodeNanos = {};
  private int piece;

  /** With pieces of at most {@code mostPiece} prompt tokens. */
  StepPace(int mostPiece) {
    this.mostPiece = mostPiece;
    piece = mostPiece;
  }

  /** Notes a step in which so many generations decoded and nobody read. */
  void decoded(int generations, double nanos) {
    if (generations >= decodeNanos.length) {
      int known = decodeNanos.length;
      decodeNanos = Arrays.copyOf(decodeNanos, generations + 1);
      Arrays.fill(decodeNanos, known, generations + 1, Double.NaN);
    }
    double before = decodeNanos[generations];
    if (Double.isNaN(before)) {
      decodeNanos[generations] = nanos;
    } else {
      double counted = Math.min(nanos, OUTLIER * before);
      double weight = counted < before ? QUICKLY : SLOWLY;
      decodeNanos[generations] = before + weight * (counted - before);
    }
  }

  /** Nanoseconds that a turn should take at most in which so many decode; 0 when unknown. */
  double allowedNanos(int generations) {
    return STRETCH * decodeNanos(generations);
  }

  private double decodeNanos(int generations) {
    boolean known = generations < decodeNanos.length && !Double.isNaN(decodeNanos[generations]);
    return known ? decodeNanos[generations] : 0;
  }

  /** Notes that a piece of {@code tokens} took so long for a layer while so many decoded. */
  void read(int tokens, double nanosOfALayer, int generations) {
    double most = (STRETCH - 1) / 2 * decodeNanos(generations);
    if (nanosOfALayer > most) {
      piece = Math.max(LEAST_PIECE, Math.min(piece, tokens) / 2);
    } else if (tokens >= piece && nanosOfALayer < most / 4) {
      piece = Math.min(mostPiece, 2 * piece);
    }
  }

  /** Prompt tokens that a piece beside decodes should have at most. */
  int piece() {
    return Math.min(piece, mostPiece);
  }
}
