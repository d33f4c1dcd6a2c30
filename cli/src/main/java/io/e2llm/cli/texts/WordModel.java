package io.e2llm.cli.texts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Sentences of words whose frequencies fall as in natural text (Zipf's law): the commonest are
 * English, so that tokenizers treat them as they treat text; the rare ones are made of syllables.
 */
public final class WordModel implements SentenceSource {
  private static final int WORDS = 8_000;

  /** Mandelbrot's shift of the rank, without which the first word would be too common. */
  private static final double SHIFT = 2.7;

  private static final String[] ONSETS = {
    "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "gr", "pl"
  };
  private static final String[] VOWELS = {"a", "e", "i", "o", "u", "ea", "ou", "er", "al", "in"};

  private final List<String> words;
  private final double[] cumulated;

  /** The model; always the same one. */
  public WordModel() {
    words = vocabulary();
    cumulated = new double[words.size()];
    double sum = 0;
    for (int rank = 0; rank < cumulated.length; rank++) {
      sum += 1 / (rank + 1 + SHIFT);
      cumulated[rank] = sum;
    }
  }

  private static List<String> vocabulary() {
    List<String> words = new ArrayList<>(common());
    Random random = new Random(1);
    while (words.size() < WORDS) {
      StringBuilder word = new StringBuilder();
      for (int syllables = 2 + random.nextInt(2); syllables > 0; syllables--) {
        word.append(ONSETS[random.nextInt(ONSETS.length)]);
        word.append(VOWELS[random.nextInt(VOWELS.length)]);
      }
      words.add(word.toString());
    }
    return words;
  }

  private static List<String> common() {
    try (InputStream in = WordModel.class.getResourceAsStream("words.txt")) {
      if (in == null) {
        throw new IllegalStateException("words.txt is missing");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.asList(text.strip().split("\\s+", -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String sentence(RandomGenerator random) {
    int length = 6 + random.nextInt(18);
    StringBuilder sentence = new StringBuilder(word(random));
    sentence.replace(0, 1, sentence.substring(0, 1).toUpperCase(Locale.ROOT));
    for (int i = 1; i < length; i++) {
      sentence.append(i < length - 1 && random.nextInt(12) == 0 ? ", " : " ").append(word(random));
    }
    return sentence.append('.').toString();
  }

  private String word(RandomGenerator random) {
    double at = random.nextDouble() * cumulated[cumulated.length - 1];
    int found = Arrays.binarySearch(cumulated, at);
    return words.get(Math.min(found < 0 ? -found - 1 : found, words.size() - 1));
  }

  @Override
  public String name() {
    return "seeded word model";
  }
}
