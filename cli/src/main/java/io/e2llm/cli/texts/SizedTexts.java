package io.e2llm.cli.texts;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Texts of a wanted number of tokens.
 *
 * @param source where sentences come from
 * @param measure counts tokens
 */
public record SizedTexts(SentenceSource source, TokenMeasure measure) {
  private static final int MOST_SENTENCES_PER_PARAGRAPH = 7;

  /**
   * A document: paragraphs of sentences, {@code tokens} tokens long or a few less.
   *
   * @param seed equal seeds give equal documents
   */
  public String document(int tokens, long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder();
    int left = 2 + random.nextInt(MOST_SENTENCES_PER_PARAGRAPH - 1);
    for (int counted = 0; counted <= tokens; ) {
      String sentence = source.sentence(random);
      if (!text.isEmpty()) {
        text.append(left == 0 ? "\n\n" : " ");
      }
      left = left == 0 ? 2 + random.nextInt(MOST_SENTENCES_PER_PARAGRAPH - 1) : left - 1;
      text.append(sentence);
      counted += measure.count(sentence);
    }
    return measure.first(text.toString(), tokens);
  }

  /** A question: one paragraph that ends in a question mark. */
  public String question(int tokens, long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder("What about this:");
    int wanted = Math.max(1, tokens - measure.count("?"));
    for (int counted = 0; counted <= wanted; ) {
      String sentence = source.sentence(random);
      text.append(' ').append(sentence);
      counted += measure.count(sentence);
    }
    return measure.first(text.toString(), wanted).replaceAll("[.,:]+$", "") + "?";
  }
}
