package io.e2llm.cli.eval;

import io.e2llm.trainer.evaluation.PairedBootstrap.Interval;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one arm scores more than another, over the questions that both were asked.
 *
 * @param arm the one
 * @param against the other
 * @param intervals the mean, and where it lies 95 times of 100, by score; those there are
 * @param rouge the same of the geometric mean of ROUGE; empty where there are no answers
 */
record Difference(Arm arm, Arm against, Map<Score, Interval> intervals, Optional<Interval> rouge) {
  private static final List<Map.Entry<Arm, Arm>> PAIRS =
      List.of(
          Map.entry(Arm.SOFT, Arm.NONE),
          Map.entry(Arm.SOFT, Arm.SOFT_OTHER),
          Map.entry(Arm.TEXT, Arm.SOFT_OTHER),
          Map.entry(Arm.TEXT, Arm.SOFT),
          Map.entry(Arm.HYBRID, Arm.SOFT),
          Map.entry(Arm.HYBRID, Arm.RETRIEVAL),
          Map.entry(Arm.HYBRID, Arm.RETRIEVAL_UNTOUCHED),
          Map.entry(Arm.HYBRID, Arm.TEXT_UNTOUCHED),
          Map.entry(Arm.RETRIEVAL, Arm.NONE),
          Map.entry(Arm.RETRIEVAL, Arm.RETRIEVAL_UNTOUCHED),
          Map.entry(Arm.TEXT, Arm.TEXT_OTHER),
          Map.entry(Arm.TEXT, Arm.TEXT_UNTOUCHED));

  Difference {
    intervals = new EnumMap<>(intervals);
  }

  /** Those worth a look that a set has. */
  static List<Difference> of(SetResult set) {
    List<Difference> differences = new ArrayList<>();
    for (Map.Entry<Arm, Arm> pair : PAIRS) {
      Map<Score, Interval> intervals = new EnumMap<>(Score.class);
      for (Score score : Score.values()) {
        set.difference(score, pair.getValue(), pair.getKey(), Set.of())
            .ifPresent(interval -> intervals.put(score, interval));
      }
      if (!intervals.isEmpty()) {
        differences.add(
            new Difference(
                pair.getKey(),
                pair.getValue(),
                intervals,
                set.rougeDifference(pair.getValue(), pair.getKey())));
      }
    }
    return differences;
  }
}
