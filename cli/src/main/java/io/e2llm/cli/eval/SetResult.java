package io.e2llm.cli.eval;

import io.e2llm.trainer.data.Document.Question;
import io.e2llm.trainer.evaluation.PairedBootstrap;
import io.e2llm.trainer.evaluation.ShortAnswers;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What all arms made of a set.
 *
 * @param name of the set
 * @param documents for each document its questions
 */
record SetResult(String name, List<List<Asked>> documents) {
  SetResult {
    documents = documents.stream().map(List::copyOf).toList();
  }

  /**
   * A question and what the arms made of it.
   *
   * @param question the question
   * @param arms those that could be asked
   */
  record Asked(Question question, Map<Arm, Scored> arms) {
    Asked {
      arms = new EnumMap<>(arms);
    }

    Optional<Scored> of(Arm arm) {
      return Optional.ofNullable(arms.get(arm));
    }
  }

  /** All questions that an arm was asked. */
  List<Asked> asked(Arm arm) {
    return documents.stream().flatMap(List::stream).filter(a -> a.of(arm).isPresent()).toList();
  }

  /** The mean over an arm's questions; empty where it was asked none. */
  OptionalDouble mean(Arm arm, ToDoubleFunction<Scored> value) {
    return asked(arm).stream().mapToDouble(a -> value.applyAsDouble(score(a, arm))).average();
  }

  /** The mean score of an arm's answers; empty where there are none. */
  OptionalDouble f1(Arm arm) {
    return answers(arm, (answer, right) -> ShortAnswers.f1(answer, right));
  }

  /** The share of an arm's answers that contain the right one; empty where there are none. */
  OptionalDouble contained(Arm arm) {
    return answers(arm, (answer, right) -> ShortAnswers.contains(answer, right) ? 1 : 0);
  }

  private interface AnswerScore {
    double of(String answer, List<String> right);
  }

  private OptionalDouble answers(Arm arm, AnswerScore score) {
    return asked(arm).stream()
        .filter(a -> score(a, arm).answer().isPresent())
        .mapToDouble(a -> score.of(score(a, arm).answer().get(), a.question().answers()))
        .average();
  }

  /**
   * How much less likely the first arm finds right answers than the second, in nats a token, over
   * the questions that both of them and {@code fitting} were asked; empty where there are none.
   */
  Optional<PairedBootstrap.Interval> difference(Arm first, Arm second, Arm fitting, long seed) {
    List<double[]> byDocument = new ArrayList<>();
    for (List<Asked> document : documents) {
      byDocument.add(
          document.stream()
              .filter(a -> a.arms().keySet().containsAll(List.of(first, second, fitting)))
              .mapToDouble(a -> score(a, first).nats() - score(a, second).nats())
              .toArray());
    }
    return byDocument.stream().allMatch(each -> each.length == 0)
        ? Optional.empty()
        : Optional.of(PairedBootstrap.of(byDocument, seed));
  }

  private static Scored score(Asked asked, Arm arm) {
    return asked.of(arm).orElseThrow();
  }
}
