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
    String asked = "What stands in the gap? \"";
    int count = 0;
    for (Gap gap : gaps(TEXT)) {
      if (gap.question().startsWith(asked)) {
        String words = gap.question().substring(asked.length(), gap.question().length() - 1);
        assertTrue(TEXT.contains(words.replace("____", gap.answer())), () -> gap + "");
        assertEquals(2, words.split("____", -1).length, () -> gap + "");
        count++;
      }
    }
    assertTrue(count > 20);
  }

  @Test
  void questions_haveSomeWordsAroundTheAnswerInAnotherOrder() {
    Set<String> words = new HashSet<>(List.of(TEXT.replaceAll("[(),.]", "").split(" ")));
    Set<String> questionWords = new HashSet<>();
    boolean moved = false;
    for (Gap gap : gaps(TEXT)) {
      if (!gap.question().startsWith("What stands in the gap?")) {
        assertTrue(gap.question().endsWith("?"), () -> gap + "");
        String question = gap.question().substring(0, gap.question().length() - 1);
        List<String> asked = List.of(question.split(" "));
        int first = question.startsWith("How ") || question.startsWith("Which number") ? 2 : 1;
        questionWords.add(String.join(" ", asked.subList(0, first)));
        assertTrue(words.containsAll(asked.subList(first, asked.size())), () -> gap + "");
        assertTrue(!question.contains(gap.answer()), () -> gap + "");
        moved |= !TEXT.contains(String.join(" ", asked.subList(first, asked.size())));
      }
    }
    assertTrue(questionWords.containsAll(Set.of("When", "Who", "Where", "Which", "What")));
    assertTrue(moved);
  }

  @Test
  void textWithoutTellingWords_hasNoGap() {
    assertEquals(
        Optional.empty(),
        Gap.draw(List.of("it", "is", "so", "and", "so"), new SplittableRandom(1)));
  }
}
