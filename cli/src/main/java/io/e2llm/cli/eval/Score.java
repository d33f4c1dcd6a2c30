package io.e2llm.cli.eval;

import io.e2llm.trainer.data.Document.Question;
import io.e2llm.trainer.evaluation.Rouge;
import io.e2llm.trainer.evaluation.ShortAnswers;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a mode's answer is judged by. */
enum Score {
  /** Mean negative log-likelihood of a token of the right answer; less is better. */
  NATS("nats", "nats a token"),
  /** Words in common with the right answer. */
  F1("f1", "F1"),
  /** Whether the right answer stands in it, or the share of its parts that do. */
  CONTAINS("contains", "contains"),
  /** ROUGE of words. */
  ROUGE_1("rouge_1", "ROUGE-1"),
  /** ROUGE of pairs of words. */
  ROUGE_2("rouge_2", "ROUGE-2"),
  /** ROUGE of the longest common subsequence. */
  ROUGE_L("rouge_l", "ROUGE-L");

  /** Those whose geometric mean is reported. */
  static final List<Score> ROUGE = List.of(ROUGE_1, ROUGE_2, ROUGE_L);

  private final String key;
  private final String title;

  Score(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /** All scores of an answer that was given, but for {@link #NATS}. */
  static Map<Score, Double> of(String answer, Question question) {
    Rouge rouge =
        question.answers().stream()
            .map(right -> Rouge.of(answer, right))
            .max(Comparator.comparingDouble(Rouge::geometricMean).thenComparing(Rouge::one))
            .orElseThrow();
    Map<Score, Double> scores = new EnumMap<>(Score.class);
    scores.put(F1, ShortAnswers.f1(answer, question.answers()));
    scores.put(CONTAINS, contains(answer, question));
    scores.put(ROUGE_1, rouge.one());
    scores.put(ROUGE_2, rouge.two());
    scores.put(ROUGE_L, rouge.longest());
    return scores;
  }

  private static double contains(String answer, Question question) {
    return question.parts().stream()
        .mapToDouble(part -> ShortAnswers.contains(answer, List.of(part)) ? 1 : 0)
        .average()
        .orElseGet(() -> ShortAnswers.contains(answer, question.answers()) ? 1 : 0);
  }

  /** Its name in data. */
  String key() {
    return key;
  }

  /** Its name in tables. */
  String title() {
    return title;
  }
}
