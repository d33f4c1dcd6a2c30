package io.e2llm.system;

import java.util.Random;

/** Seeded filler text, all ASCII, in sentences and paragraphs. */
final class Texts {
  private static final String[] WORDS = {
    "river",
    "stone",
    "quiet",
    "morning",
    "garden",
    "letter",
    "window",
    "market",
    "bridge",
    "winter",
    "carried",
    "followed",
    "painted",
    "remembered",
    "under",
    "beside",
    "between",
    "slowly",
    "the",
    "a",
    "old",
    "green",
    "narrow",
    "distant",
    "road",
    "house",
    "teacher",
    "sailor",
    "song",
    "clock"
  };

  private Texts() {}

  /** About {@code characters} of text. */
  static String filler(long seed, int characters) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(characters + 128);
    while (text.length() < characters) {
      int words = 6 + random.nextInt(14);
      for (int i = 0; i < words; i++) {
        String word = WORDS[random.nextInt(WORDS.length)];
        text.append(i == 0 ? Character.toUpperCase(word.charAt(0)) + word.substring(1) : word);
        text.append(i == words - 1 ? ". " : " ");
      }
      if (random.nextInt(6) == 0) {
        text.append("\n\n");
      }
    }
    return text.toString();
  }

  /** Filler with a sentence placed at a share of its length, on a sentence boundary. */
  static String haystack(long seed, int characters, double depth, String needle) {
    String text = filler(seed, characters);
    int at = text.indexOf(". ", (int) (text.length() * depth)) + 2;
    return text.substring(0, at) + needle + " " + text.substring(at);
  }
}
