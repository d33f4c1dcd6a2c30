package io.e2llm.cli.needle;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which needles are asked for.
 *
 * @param lengths of contexts, tokens, ascending
 * @param depths shares of a context before the needle, from 0 to 1, ascending
 * @param seeds needles at each depth
 * @param seed of the first of them
 * @param answerTokens most of an answer
 */
record NeedlePlan(
    List<Integer> lengths, List<Double> depths, int seeds, long seed, int answerTokens) {
  NeedlePlan {
    lengths = lengths.stream().distinct().sorted().toList();
    depths = List.copyOf(depths);
  }

  /** So many depths at equal distances, the first 0 and the last 1; a single one is the middle. */
  static List<Double> depths(int count) {
    return count == 1
        ? List.of(0.5)
        : IntStream.range(0, count).mapToObj(i -> i / (count - 1.0)).toList();
  }

  /** Needles of one length. */
  int needles() {
    return depths.size() * seeds;
  }
}
