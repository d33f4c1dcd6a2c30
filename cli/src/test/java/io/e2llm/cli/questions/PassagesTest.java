package io.e2llm.cli.questions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.texts.TokenMeasure;
import io.e2llm.trainer.data.Document;
import io.e2llm.trainer.data.Document.Question;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PassagesTest {
  private static final TokenMeasure MEASURE = new TokenMeasure.Estimate();

  private static List<Document> documents(int count) {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String context = ("Person " + i + " lives in house " + (1000 + i) + ". ").repeat(5).strip();
      String answer = String.valueOf(1000 + i);
      documents.add(
          new Document(
              context,
              List.of(
                  new Question(
                      "Where does person " + i + " live?",
                      answer,
                      List.of(answer, "house " + answer)))));
    }
    return documents;
  }

  @Test
  void ownPassage_standsOnceAmongOthersWhole() {
    List<Document> documents = documents(60);
    List<MadeQuestion> made = new Passages(documents, MEASURE).questions(600, 20, 3);
    assertEquals(20, new HashSet<>(made.stream().map(MadeQuestion::prompt).toList()).size());
    Set<Integer> places = new HashSet<>();
    for (MadeQuestion question : made) {
      Document own =
          documents.stream()
              .filter(
                  document -> document.questions().getFirst().prompt().equals(question.prompt()))
              .findAny()
              .orElseThrow();
      assertEquals(own.questions().getFirst().answers(), question.answers());
      List<String> passages = Arrays.asList(question.context().split("\n\n", -1));
      assertEquals(1, passages.stream().filter(own.context()::equals).count());
      assertEquals(passages.size(), new HashSet<>(passages).size(), "no passage twice");
      assertTrue(
          passages.stream()
              .allMatch(
                  p -> documents.stream().anyMatch(document -> document.context().equals(p))));
      assertTrue(question.tokens() <= 600 && question.tokens() > 500, "" + question.tokens());
      places.add(passages.indexOf(own.context()));
    }
    assertTrue(places.size() > 5, () -> "they stand at different places: " + places);
  }

  @Test
  void seed_decidesAll() {
    Passages passages = new Passages(documents(60), MEASURE);
    assertEquals(passages.questions(600, 5, 1), passages.questions(600, 5, 1));
    assertNotEquals(passages.questions(600, 5, 1), passages.questions(600, 5, 2));
  }

  @Test
  void tooLittleText_isTold() {
    Passages passages = new Passages(documents(10), MEASURE);
    assertMessage("too few for contexts of 4k", () -> passages.questions(4000, 5, 1));
    assertMessage("there are 10 questions", () -> passages.questions(300, 11, 1));
    assertMessage("there are 0 questions", () -> passages.questions(10, 1, 1));
  }

  private static void assertMessage(String part, Runnable asking) {
    CommandFailure failure = assertThrows(CommandFailure.class, asking::run);
    assertTrue(String.valueOf(failure.getMessage()).contains(part), failure::getMessage);
  }
}
