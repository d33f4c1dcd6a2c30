package io.e2llm.trainer.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Scores of short answers as SQuAD defines them (Rajpurkar et al., EMNLP 2016): without case,
 * punctuation and articles; of several right answers the best counts.
 */
public final class ShortAnswers {
  private static final Set<String> ARTICLES = Set.of("a", "an", "the");

  private ShortAnswers() {}

  /** Harmonic mean of precision and recall of words, from 0 to 1. */
  public static double f1(String answer, List<String> right) {
    return right.stream().mapToDouble(each -> f1(words(answer), words(each))).max().orElse(0);
  }

  /** Whether a right answer stands in the answer, word for word. */
  public static boolean contains(String answer, List<String> right) {
    String joined = " " + String.join(" ", words(answer)) + " ";
    return right.stream()
        .map(ShortAnswers::words)
        .anyMatch(each -> joined.contains(" " + String.join(" ", each) + " "));
  }

  private static double f1(List<String> answer, List<String> right) {
    if (answer.isEmpty() || right.isEmpty()) {
      return answer.equals(right) ? 1 : 0;
    }
    Map<String, Integer> left = new HashMap<>();
    right.forEach(word -> left.merge(word, 1, Integer::sum));
    int common = 0;
    for (String word : answer) {
      if (left.merge(word, -1, Integer::sum) >= 0) {
        common++;
      }
    }
    return 2.0 * common / (answer.size() + right.size());
  }

  private static List<String> words(String text) {
    String plain = text.toLowerCase(Locale.ROOT).replaceAll("\\p{Punct}", "");
    List<String> words = new ArrayList<>(Arrays.asList(plain.split("\\s+")));
    words.removeIf(word -> word.isEmpty() || ARTICLES.contains(word));
    return words;
  }
}
