package io.e2llm.trainer.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * ROUGE of a summary (Lin, ROUGE: a package for automatic evaluation of summaries, 2004), as the
 * harmonic mean of precision and recall, over lower-case runs of letters and digits, unstemmed.
 *
 * @param one of single words
 * @param two of pairs of words
 * @param longest of the longest common subsequence of words
 */
public record Rouge(double one, double two, double longest) {
  /** That of a summary against one that a person wrote. */
  public static Rouge of(String summary, String reference) {
    List<String> ours = words(summary);
    List<String> theirs = words(reference);
    return new Rouge(
        grams(ours, theirs, 1),
        grams(ours, theirs, 2),
        mean(common(ours, theirs), ours.size(), theirs.size()));
  }

  /** The geometric mean of the three, which E2LLM reports. */
  public double geometricMean() {
    return Math.cbrt(one * two * longest);
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static double grams(List<String> ours, List<String> theirs, int size) {
    Map<List<String>, Integer> left = new HashMap<>();
    for (int i = 0; i + size <= theirs.size(); i++) {
      left.merge(theirs.subList(i, i + size), 1, Integer::sum);
    }
    int common = 0;
    for (int i = 0; i + size <= ours.size(); i++) {
      if (left.merge(ours.subList(i, i + size), -1, Integer::sum) >= 0) {
        common++;
      }
    }
    return mean(common, ours.size() - size + 1, theirs.size() - size + 1);
  }

  private static int common(List<String> ours, List<String> theirs) {
    int[] row = new int[theirs.size() + 1];
    for (String word : ours) {
      int diagonal = 0;
      for (int j = 1; j <= theirs.size(); j++) {
        int above = row[j];
        row[j] = word.equals(theirs.get(j - 1)) ? diagonal + 1 : Math.max(above, row[j - 1]);
        diagonal = above;
      }
    }
    return row[theirs.size()];
  }

  private static double mean(int common, int ours, int theirs) {
    return common == 0 ? 0 : 2.0 * common / (ours + theirs);
  }
}
