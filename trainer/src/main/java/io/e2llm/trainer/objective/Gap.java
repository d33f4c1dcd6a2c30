package io.e2llm.trainer.objective;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Some words of a text with a gap where the most telling of them stood: a question with a short
 * answer that any text gives (after Lewis et al., Unsupervised question answering by cloze
 * translation, ACL 2019).
 *
 * @param words with the gap
 * @param answer what stood there
 */
record Gap(String words, String answer) {
  private static final String MARK = "____";
  private static final Pattern TELLING =
      Pattern.compile("\\P{L}*\\p{Lu}.*|.*\\p{N}.*|.*\\p{L}{8,}.*");
  private static final Pattern CORE =
      Pattern.compile("([^\\p{L}\\p{N}]*)(.*?)([^\\p{L}\\p{N}]*)", Pattern.DOTALL);
  private static final int MOST_WORDS = 3;
  private static final int LEAST_BEFORE = 3;
  private static final int MOST_BEFORE = 10;
  private static final int LEAST_BEHIND = 2;
  private static final int MOST_BEHIND = 7;

  /**
   * A gap somewhere in a text; empty where no telling word follows the place that was drawn.
   *
   * @param text its words
   */
  static Optional<Gap> draw(List<String> text, RandomGenerator random) {
    int from = random.nextInt(text.size());
    while (from < text.size() && !telling(text.get(from))) {
      from++;
    }
    if (from == text.size()) {
      return Optional.empty();
    }
    int to = from + 1;
    while (to < text.size() && to - from < MOST_WORDS && goesOn(text.get(to - 1), text.get(to))) {
      to++;
    }
    Matcher core = CORE.matcher(String.join(" ", text.subList(from, to)));
    if (!core.matches()) {
      return Optional.empty();
    }
    int before = Math.max(0, from - random.nextInt(LEAST_BEFORE, MOST_BEFORE + 1));
    int behind = Math.min(text.size(), to + random.nextInt(LEAST_BEHIND, MOST_BEHIND + 1));
    String words =
        String.join(" ", text.subList(before, from))
            + " "
            + core.group(1)
            + MARK
            + core.group(3)
            + " "
            + String.join(" ", text.subList(to, behind));
    return Optional.of(new Gap(words.strip(), core.group(2)));
  }

  /** Names, numbers and long words. */
  private static boolean telling(String word) {
    return TELLING.matcher(word).matches();
  }

  /**
   * Whether an answer goes on with the next word: no mark stands between, and it is telling too.
   */
  private static boolean goesOn(String word, String next) {
    return Character.isLetterOrDigit(word.codePointBefore(word.length())) && telling(next);
  }
}
