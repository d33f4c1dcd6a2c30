package io.e2llm.cli.eval;

import io.e2llm.trainer.data.Document.Question;
import io.e2llm.trainer.evaluation.PairedBootstrap;
import io.e2llm.trainer.evaluation.PairedBootstrap.Interval;
import io.e2llm.trainer.evaluation.Rouge;
import io.e2llm.trainer.evaluation.RougeBootstrap;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * What all arms made of a set.
 *
 * @param name of the set
 * @param arms that were asked
 * @param documents for each document its questions
 */
record SetResult(String name, List<Arm> arms, List<List<Asked>> documents) {
  private static final long SEED = 1;

  SetResult {
    arms = List.copyOf(arms);
    documents = documents.stream().map(List::copyOf).toList();
  }

  /**
   * A question and what the arms made of it.
   *
   * @param question the question
   * @param arms those whose window had room
   */
  record Asked(Question question, Map<Arm, Scored> arms) {
    Asked {
      arms = new EnumMap<>(arms);
    }

    Optional<Scored> of(Arm arm) {
      return Optional.ofNullable(arms.get(arm));
    }
  }

  /** Number of all questions. */
  int questions() {
    return documents.stream().mapToInt(List::size).sum();
  }

  /** What an arm made of the questions whose context had room. */
  List<Scored> scored(Arm arm) {
    return documents.stream()
        .flatMap(List::stream)
        .flatMap(asked -> asked.of(arm).stream())
        .toList();
  }

  /** The mean over an arm's questions; empty where it was asked none. */
  OptionalDouble mean(Arm arm, ToDoubleFunction<Scored> value) {
    return scored(arm).stream().mapToDouble(value).average();
  }

  /** The mean of a score; empty where the arm has none. */
  OptionalDouble mean(Arm arm, Score score) {
    return scored(arm).stream()
        .filter(scored -> scored.scores().containsKey(score))
        .mapToDouble(scored -> scored.scores().getOrDefault(score, 0.0))
        .average();
  }

  /** The geometric mean of the three means of ROUGE, as summaries are compared. */
  OptionalDouble rouge(Arm arm) {
    List<Double> means = new ArrayList<>();
    Score.ROUGE.forEach(score -> mean(arm, score).ifPresent(means::add));
    return means.size() < Score.ROUGE.size()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.cbrt(means.stream().reduce(1.0, (a, b) -> a * b)));
  }

  /**
   * How much more the second arm scores than the first, over the questions that all arms of {@code
   * among} and both were asked; empty where there are none.
   */
  Optional<Interval> difference(Score score, Arm first, Arm second, Set<Arm> among) {
    List<double[]> byDocument = new ArrayList<>();
    for (List<Asked> document : documents) {
      byDocument.add(
          document.stream()
              .filter(asked -> asked.arms().keySet().containsAll(among))
              .filter(asked -> has(asked, first, score) && has(asked, second, score))
              .mapToDouble(asked -> score(asked, second, score) - score(asked, first, score))
              .toArray());
    }
    return byDocument.stream().allMatch(each -> each.length == 0)
        ? Optional.empty()
        : Optional.of(PairedBootstrap.of(byDocument, SEED));
  }

  /** The same for the geometric mean of ROUGE, over all questions that both answered. */
  Optional<Interval> rougeDifference(Arm first, Arm second) {
    List<List<RougeBootstrap.Pair>> byDocument = new ArrayList<>();
    for (List<Asked> document : documents) {
      byDocument.add(
          document.stream()
              .filter(asked -> has(asked, first, Score.ROUGE_L))
              .filter(asked -> has(asked, second, Score.ROUGE_L))
              .map(asked -> new RougeBootstrap.Pair(rouge(asked, second), rouge(asked, first)))
              .toList());
    }
    return byDocument.stream().allMatch(List::isEmpty)
        ? Optional.empty()
        : Optional.of(RougeBootstrap.of(byDocument, SEED));
  }

  private static Rouge rouge(Asked asked, Arm arm) {
    return new Rouge(
        score(asked, arm, Score.ROUGE_1),
        score(asked, arm, Score.ROUGE_2),
        score(asked, arm, Score.ROUGE_L));
  }

  private static boolean has(Asked asked, Arm arm, Score score) {
    return asked.of(arm).filter(scored -> scored.scores().containsKey(score)).isPresent();
  }

  private static double score(Asked asked, Arm arm, Score score) {
    return asked.of(arm).orElseThrow().scores().getOrDefault(score, 0.0);
  }
}
