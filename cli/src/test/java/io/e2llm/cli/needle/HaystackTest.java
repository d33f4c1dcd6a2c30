package io.e2llm.cli.needle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.cli.CommandFailure;
import io.e2llm.engine.TinyModels;
import io.e2llm.engine.files.ModelFiles;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a tokenizer that has a token for each byte. */
final class HaystackTest {
  private static final Needle NEEDLE = new Needle(1, "Lisbon", "48213");
  private static final int LONGEST = "Sentence 100 is here to be read by somebody. ".length();

  @TempDir static Path folder = Path.of("");
  private static ModelFiles files;

  @BeforeAll
  static void open() {
    TinyModels.writeDecoder(folder);
    files = ModelFiles.open(folder);
  }

  @AfterAll
  static void close() {
    files.close();
  }

  private static String sentences(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      text.append("Sentence ").append(i).append(" is here to be read by somebody. ");
    }
    return text.toString().strip();
  }

  private static Haystack haystack(String text, int most) {
    return Haystack.of(text, files.tokenizer(), most);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.25, 0.5, 0.75, 0.9, 1})
  void needle_standsBetweenWholeSentencesAtItsDepth(double depth) {
    String text = sentences(100);
    Haystack.Context context = haystack(text, 2000).with(NEEDLE, 2000, depth);

    assertEquals(depth, context.depth(), (LONGEST + NEEDLE.sentence().length()) / 2000.0);
    assertEquals(context.tokens(), context.text().length());
    assertTrue(context.tokens() <= 2000 && context.tokens() > 2000 - LONGEST - 5, "" + context);
    int at = context.text().indexOf(NEEDLE.sentence());
    String before = context.text().substring(0, at);
    String after = context.text().substring(at + NEEDLE.sentence().length());
    assertTrue(before.isEmpty() || before.endsWith(". "), before);
    assertTrue(after.isEmpty() || (after.startsWith(" Sentence ") && after.endsWith(".")), after);
    assertTrue(text.startsWith((before + after.strip()).strip()), "nothing else is changed");
  }

  @Test
  void firstAndLastDepth_areTheEnds() {
    Haystack haystack = haystack(sentences(100), 1500);
    assertTrue(
        haystack.with(NEEDLE, 1500, 0).text().startsWith(NEEDLE.sentence() + " Sentence 1 "));
    assertTrue(haystack.with(NEEDLE, 1500, 1).text().endsWith("somebody. " + NEEDLE.sentence()));
  }

  @Test
  void shortText_beginsAgain() {
    String text = sentences(10);
    Haystack haystack = haystack(text, 3000);
    assertEquals(text.length(), haystack.ownTokens());
    Haystack.Context context = haystack.with(NEEDLE, 3000, 0.5);
    assertTrue(context.tokens() > 3000 - LONGEST - 5 && context.tokens() <= 3000, "" + context);
    assertTrue(context.text().startsWith(text + "\n\nSentence 1 "));
  }

  @Test
  void textWithoutSentences_isCutAllTheSame() {
    Haystack.Context context = haystack("word ".repeat(1000), 900).with(NEEDLE, 900, 1);
    assertTrue(context.tokens() > 880 && context.tokens() <= 900, "" + context);
    assertTrue(context.text().endsWith(NEEDLE.sentence()));
  }

  @Test
  void contextsOfOneLength_beginAlike() {
    Haystack haystack = haystack(sentences(100), 4000);
    String small = haystack.with(NEEDLE, 1000, 1).text().replace(NEEDLE.sentence(), "");
    assertTrue(haystack.with(NEEDLE, 4000, 1).text().startsWith(small.strip()));
  }

  @Test
  void needles_dependOnTheirSeedAndStandNowhereElse() {
    String haystack = "Accra and Adelaide. " + Needle.of(5, 1, "").getFirst().value();
    List<Needle> needles = Needle.of(5, 40, haystack);
    assertEquals(needles, Needle.of(5, 40, haystack));
    assertEquals(needles.get(7), Needle.of(12, 1, haystack).getFirst());
    assertEquals(40, new HashSet<>(needles.stream().map(Needle::city).toList()).size());
    assertEquals(40, new HashSet<>(needles.stream().map(Needle::value).toList()).size());
    needles.forEach(
        needle -> {
          assertFalse(haystack.contains(needle.city()), needle.city());
          assertFalse(haystack.contains(needle.value()), needle.value());
          assertTrue(needle.value().matches("[1-9]\\d{4}"), needle.value());
          assertTrue(needle.sentence().contains(needle.value()));
          assertFalse(needle.question().contains(needle.value()));
        });
    assertNotEquals(Needle.of(5, 1, "").getFirst().value(), needles.getFirst().value());
    StringBuilder all = new StringBuilder();
    Needle.of(0, 200, "").forEach(needle -> all.append(needle.city()).append(' '));
    assertThrows(CommandFailure.class, () -> Needle.of(1, 1, all.toString()));
  }

  @Test
  void answer_hasToHaveTheWholeNumber() {
    assertTrue(NEEDLE.foundIn("It is 48213."));
    assertTrue(NEEDLE.foundIn("The secret number of Lisbon is 48,213!"));
    assertFalse(NEEDLE.foundIn("It is 482134."));
    assertFalse(NEEDLE.foundIn("It is 48 213."));
  }
}
