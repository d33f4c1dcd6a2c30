package io.e2llm.engine.chunk;

import java.util.Random;

/** Seeded text that looks like an essay: sentences of 3 to 40 words, paragraphs, headings. */
final class Prose {
  private static final String[] SYLLABLES = {
    "ka", "lo", "mi", "ne", "su", "ta", "ri", "vo", "the", "ing", "an", "er", "pol", "gra"
  };

  private Prose() {}

  static String of(long seed, int codePoints) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < codePoints) {
      int kind = random.nextInt(12);
      if (kind == 0) {
        text.append("# ").append(words(random, 3)).append("\n\n");
      } else if (kind == 1) {
        text.append("- ").append(words(random, 6)).append('\n');
      } else {
        int sentences = 1 + random.nextInt(7);
        for (int i = 0; i < sentences; i++) {
          text.append(words(random, 3 + random.nextInt(38)))
              .append(random.nextInt(9) == 0 ? "? " : ". ");
        }
        text.append("\n\n");
      }
    }
    return text.toString();
  }

  private static String words(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      StringBuilder word = new StringBuilder();
      int syllables = 1 + random.nextInt(3);
      for (int j = 0; j < syllables; j++) {
        word.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
      }
      if (i == 0) {
        word.setCharAt(0, Character.toUpperCase(word.charAt(0)));
      }
      text.append(i == 0 ? "" : random.nextInt(10) == 0 ? ", " : " ").append(word);
    }
    return text.toString();
  }
}
