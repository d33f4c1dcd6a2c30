package io.e2llm.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Long texts: seeded filler, all ASCII, in sentences and paragraphs; and essays. */
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

  /**
   * About {@code characters} of essays from the data for tests; aborts the test where there is
   * none.
   */
  static String essays(int characters) throws IOException {
    String data = System.getenv("E2LLM_TEST_DATA");
    assumeTrue(data != null, "E2LLM_TEST_DATA does not name the folder of test data");
    Path file = Path.of(data, "essays", "essays.json");
    assumeTrue(Files.exists(file), "the data for tests has no essays");
    StringBuilder text = new StringBuilder();
    for (JsonNode essay : new ObjectMapper().readTree(file.toFile()).get("essays")) {
      if (text.length() < characters) {
        text.append(essay.asText()).append("\n\n");
      }
    }
    return text.substring(0, characters);
  }

  /** A text with a sentence placed at a share of its length, on a sentence boundary. */
  static String haystack(String text, double depth, String needle) {
    int at = text.indexOf(". ", (int) (text.length() * depth)) + 2;
    return text.substring(0, at) + needle + " " + text.substring(at);
  }
}
