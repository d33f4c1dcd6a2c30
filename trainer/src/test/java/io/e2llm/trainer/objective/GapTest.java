package io.e2llm.trainer.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GapTest {
  private static final String TEXT =
      "so in the spring of 1923 the board of (Acme Foundry, Ltd.) went to New South Wales, and all"
          + " was well.";

  private static Set<Gap> gaps(String text) {
    Set<Gap> gaps = new HashSet<>();
    for (int seed = 0; seed < 500; seed++) {
      Gap.draw(List.of(text.split(" ")), new SplittableRandom(seed)).ifPresent(gaps::add);
    }
    return gaps;
  }

  @Test
  void answers_areNamesNumbersAndLongWordsWithoutMarksAround() {
    Set<String> answers = new HashSet<>();
    gaps(TEXT).forEach(gap -> answers.add(gap.answer()));
    assertTrue(
        answers.containsAll(Set.of("1923", "Acme Foundry", "New South Wales")), () -> answers + "");
    assertTrue(answers.stream().noneMatch(answer -> answer.contains("board")), () -> answers + "");
  }

  @Test
  void answerInItsGap_givesTheTextsOwnWords() {
    for (Gap gap : gaps(TEXT)) {
      String filled = gap.words().replace("____", gap.answer());
      assertTrue(TEXT.contains(filled), () -> gap + "");
      assertEquals(2, gap.words().split("____", -1).length, () -> gap + "");
    }
  }

  @Test
  void textWithoutTellingWords_hasNoGap() {
    assertEquals(
        Optional.empty(),
        Gap.draw(List.of("it", "is", "so", "and", "so"), new SplittableRandom(1)));
  }
}
