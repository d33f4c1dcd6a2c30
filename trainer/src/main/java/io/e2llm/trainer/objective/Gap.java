package io.e2llm.trainer.objective;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Some words of a text without the most telling of them, which are asked for: a question with a
 * short answer, of which any text gives many (after Lewis et al., Unsupervised question answering
 * by cloze translation, ACL 2019). Half of them are put as a gap among the words as they stand;
 * half as a question word before what is left when some words are dropped and neighbours change
 * places, so that what is asked for cannot be found by its neighbours alone.
 *
 * @param question that is asked
 * @param answer what stood there
 */
record Gap(String question, String answer) {
  private static final Pattern TELLING =
      Pattern.compile("\\P{L}*\\p{Lu}.*|.*\\p{N}.*|.*\\p{L}{8,}.*");
  private static final Pattern CORE =
      Pattern.compile("([^\\p{L}\\p{N}]*)(.*?)([^\\p{L}\\p{N}]*)", Pattern.DOTALL);
  private static final Pattern YEAR = Pattern.compile("1\\d{3}|20\\d{2}");
  private static final List<String> OF_NUMBERS = List.of("How many", "How much", "Which number");
  private static final List<String> OF_NAMES = List.of("Who", "Where", "Which", "What");
  private static final int MOST_WORDS = 3;
  private static final int LEAST_BEFORE = 3;
  private static final int MOST_BEFORE = 10;
  private static final int LEAST_BEHIND = 2;
  private static final int MOST_BEHIND = 7;
  private static final double DROPPED = 0.3;
  private static final double MOVED = 3;

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
    int begin = Math.max(0, from - random.nextInt(LEAST_BEFORE, MOST_BEFORE + 1));
    int end = Math.min(text.size(), to + random.nextInt(LEAST_BEHIND, MOST_BEHIND + 1));
    List<String> before = text.subList(begin, from);
    List<String> behind = text.subList(to, end);
    String answer = core.group(2);
    if (random.nextBoolean()) {
      String gap = core.group(1) + "____" + core.group(3);
      String words = String.join(" ", before) + " " + gap + " " + String.join(" ", behind);
      return Optional.of(new Gap("What stands in the gap? \"" + words.strip() + "\"", answer));
    }
    List<String> around = new ArrayList<>(before);
    around.addAll(behind);
    return Optional.of(new Gap(asked(answer, around, random), answer));
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

  private record Placed(double place, String word) {}

  private static String asked(String answer, List<String> around, RandomGenerator random) {
    List<Placed> placed = new ArrayList<>();
    for (int i = 0; i < around.size(); i++) {
      Matcher core = CORE.matcher(around.get(i));
      if (core.matches() && !core.group(2).isEmpty() && random.nextDouble() >= DROPPED) {
        placed.add(new Placed(i + MOVED * random.nextDouble(), core.group(2)));
      }
    }
    placed.sort(Comparator.comparingDouble(Placed::place));
    StringBuilder question = new StringBuilder(questionWord(answer, random));
    placed.forEach(each -> question.append(' ').append(each.word()));
    return question.append('?').toString();
  }

  private static String questionWord(String answer, RandomGenerator random) {
    if (YEAR.matcher(answer).matches()) {
      return "When";
    }
    if (answer.chars().anyMatch(Character::isDigit)) {
      return OF_NUMBERS.get(random.nextInt(OF_NUMBERS.size()));
    }
    return Character.isUpperCase(answer.codePointAt(0))
        ? OF_NAMES.get(random.nextInt(OF_NAMES.size()))
        : "What";
  }
}
