package io.e2llm.cli.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.Timings;
import io.e2llm.gateway.v1.Usage;
import io.e2llm.trainer.data.Document.Question;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EvalTableTest {
  private static final String SUMMARY =
      "the group agreed to buy two rooms and to meet again in the spring of next year";

  private static Reply reply(String text, double nats) {
    End end =
        End.newBuilder()
            .setUsage(Usage.newBuilder().setPromptTokens(40).setSoftTokens(9))
            .setTimings(Timings.newBuilder().setFirstTokenMicros(12_000))
            .build();
    return new Reply(text, nats, end);
  }

  private static Scored scored(Question question, double nats, String answer) {
    return Scored.of(question, reply("", nats), 1, Optional.of(reply(answer, 0)));
  }

  private static SetResult set(Question question, Map<Arm, Scored> arms) {
    return new SetResult(
        "set",
        List.of(Arm.NONE, Arm.SOFT, Arm.TEXT),
        List.of(List.of(new SetResult.Asked(question, arms))));
  }

  @Test
  void rightAnswersThatAreTexts_areJudgedByRouge() {
    Question question = new Question("What?", SUMMARY, List.of(SUMMARY));
    Map<Arm, Scored> arms = new EnumMap<>(Arm.class);
    arms.put(Arm.NONE, scored(question, 2, SUMMARY));
    arms.put(Arm.SOFT, scored(question, 2, "nothing of that"));
    List<String> lines = EvalTable.of(set(question, arms));
    assertEquals(
        "| mode | questions | nats a token | F1 | ROUGE-1 | ROUGE-2 | ROUGE-L | G-mean | soft"
            + " tokens | text tokens | first token, ms |",
        lines.get(2));
    assertEquals(
        "| none | 1 | 2.000 | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 | 9 | 40 | 12 |", lines.get(4));
    String last = lines.getLast();
    assertTrue(last.startsWith("| soft less none | +0.000 (+0.000 to +0.000) | "), last);
    assertTrue(last.endsWith(" | -1.000 (-1.000 to -1.000) |"), last);
    assertTrue(lines.get(lines.size() - 3).endsWith("| ROUGE-L | G-mean |"), lines::toString);
  }

  @Test
  void shortAnswers_areJudgedByWordsAndContainment() {
    Question question = new Question("Who?", "the cat", List.of("the cat", "a tomcat"));
    Map<Arm, Scored> arms = new EnumMap<>(Arm.class);
    arms.put(Arm.NONE, scored(question, 2, "nobody"));
    arms.put(Arm.SOFT, scored(question, 1.5, "it was a tomcat"));
    List<String> lines = EvalTable.of(set(question, arms));
    assertTrue(lines.get(2).contains("| F1 | contains | soft"), () -> lines.get(2));
    assertTrue(
        lines.contains("| none | 1 | 2.000 | 0.000 | 0.000 | 9 | 40 | 12 |"), lines::toString);
    assertTrue(
        lines.contains("| soft | 1 | 1.500 | 0.500 | 1.000 | 9 | 40 | 12 |"), lines::toString);
    assertTrue(
        lines.contains("- text: 1 of 1 questions left out, their context does not fit the window"),
        lines::toString);
    assertTrue(
        lines.stream().anyMatch(line -> line.startsWith("- one document: ")), lines::toString);
    assertTrue(
        lines.contains(
            "| soft less none | -0.500 (-0.500 to -0.500) | +0.500 (+0.500 to +0.500) | +1.000"
                + " (+1.000 to +1.000) |"),
        lines::toString);
  }

  @Test
  void answerOfSeveralParts_scoresTheShareThatItNames() {
    Question question =
        new Question("Which?", "AB, CD, EF", List.of("AB, CD, EF"), List.of("AB", "CD", "EF"));
    assertEquals(2 / 3.0, Score.of("EF and AB.", question).get(Score.CONTAINS));
    assertEquals(1.0, Score.of("EF, CD, AB", question).get(Score.CONTAINS));
    Question whole = new Question("Which?", "AB, CD, EF", List.of("AB, CD, EF"));
    assertEquals(0.0, Score.of("EF, CD, AB", whole).get(Score.CONTAINS));
  }

  @Test
  void geometricMean_isThatOfTheMeans() {
    Question question = new Question("What?", "one two three four", List.of("one two three four"));
    SetResult set =
        new SetResult(
            "set",
            List.of(Arm.NONE),
            List.of(
                List.of(
                    new SetResult.Asked(
                        question, Map.of(Arm.NONE, scored(question, 1, "one two three four"))),
                    new SetResult.Asked(
                        question, Map.of(Arm.NONE, scored(question, 1, "four one"))))));
    // The second: 2/3 of words, 0 of pairs, 1/3 of the order; alone its geometric mean would be 0.
    double mean = Math.cbrt((1 + 2 / 3.0) / 2 * 0.5 * ((1 + 1 / 3.0) / 2));
    assertEquals(mean, set.rouge(Arm.NONE).orElseThrow(), 1e-9);
    assertFalse(set.rouge(Arm.SOFT).isPresent());
  }
}
