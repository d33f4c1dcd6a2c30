package io.e2llm.trainer.objective;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of some texts, to put others in their place. What is asked about a text with other
 * names and numbers can be read in it and is known from nowhere else, so that no answer is learned
 * by heart. Immutable.
 */
public final class Names {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}]+");
  private static final Pattern EXCHANGED = Pattern.compile("[\\p{L}\\p{M}]+|[0-9]+");
  private static final Pattern YEAR = Pattern.compile("1[0-9]{3}|20[0-9]{2}");
  private static final int LEAST_LETTERS = 4;
  private static final int FIRST_YEAR = 1000;
  private static final int LAST_YEAR = 2029;
  private static final int RADIX = 10;

  /** Share of a text's names, and of its numbers, that are exchanged. */
  private static final double EXCHANGED_SHARE = 0.7;

  private final Set<String> known;
  private final List<String> names;

  private Names(Set<String> known) {
    this.known = known;
    this.names = List.copyOf(known);
  }

  /** Names are words with a capital that never stand without it in these texts. */
  public static Names of(Collection<String> texts) {
    Set<String> capital = new TreeSet<>();
    Set<String> small = new HashSet<>();
    for (String text : texts) {
      Matcher words = WORD.matcher(text);
      while (words.find()) {
        String word = words.group();
        boolean capitalized = Character.isUpperCase(word.codePointAt(0));
        (capitalized ? capital : small).add(word);
      }
    }
    capital.removeIf(
        word -> word.length() < LEAST_LETTERS || small.contains(word.toLowerCase(Locale.ROOT)));
    return new Names(capital);
  }

  /**
   * Most names and numbers of a text, each with another one for it.
   *
   * @return what puts these in the place of those, in that text or in any other
   */
  UnaryOperator<String> exchange(String text, RandomGenerator random) {
    Map<String, String> others = new HashMap<>();
    Matcher words = EXCHANGED.matcher(text);
    while (words.find()) {
      others.computeIfAbsent(words.group(), word -> another(word, random));
    }
    return any ->
        EXCHANGED
            .matcher(any)
            .replaceAll(
                word -> Matcher.quoteReplacement(others.getOrDefault(word.group(), word.group())));
  }

  /** The word itself where it stays. */
  private String another(String word, RandomGenerator random) {
    boolean number = Character.isDigit(word.charAt(0));
    if ((!number && !known.contains(word)) || random.nextDouble() >= EXCHANGED_SHARE) {
      return word;
    }
    if (!number) {
      return names.get(random.nextInt(names.size()));
    }
    if (YEAR.matcher(word).matches()) {
      return String.valueOf(random.nextInt(FIRST_YEAR, LAST_YEAR + 1));
    }
    StringBuilder digits = new StringBuilder().append(random.nextInt(1, RADIX));
    while (digits.length() < word.length()) {
      digits.append(random.nextInt(RADIX));
    }
    return digits.toString();
  }
}
