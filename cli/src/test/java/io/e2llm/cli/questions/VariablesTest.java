package io.e2llm.cli.questions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.texts.TokenMeasure;
import io.e2llm.cli.texts.WordModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers are derived from the text again, by reading it from its beginning to its end. */
final class VariablesTest {
  private static final TokenMeasure MEASURE = new TokenMeasure.Estimate();
  private static final Pattern STATEMENT = Pattern.compile("VAR (\\w+) = (?:VAR (\\w+)|(\\d+))\\.");

  private static Variables variables(int chains, int hops) {
    return new Variables(new WordModel(), MEASURE, chains, hops);
  }

  /** What each variable of a text has, in the order of the text. */
  private static Map<String, String> values(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher statement = STATEMENT.matcher(text);
    while (statement.find()) {
      String value =
          statement.group(2) == null ? statement.group(3) : values.get(statement.group(2));
      assertTrue(value != null, () -> statement.group() + " stands before what it depends on");
      assertEquals(null, values.put(statement.group(1), value), "given twice");
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({"1, 4, 2000", "1, 0, 400", "5, 2, 3000", "3, 6, 1200"})
  void rightAnswer_isWhatTheTextSays(int chains, int hops, int tokens) {
    for (long seed = 1; seed <= 5; seed++) {
      MadeQuestion made = variables(chains, hops).question(tokens, seed);
      Map<String, String> values = values(made.context());
      Matcher asked = Pattern.compile("value (\\d{5})\\?").matcher(made.prompt());
      assertTrue(asked.find(), made.prompt());
      List<String> right =
          values.entrySet().stream()
              .filter(entry -> entry.getValue().equals(asked.group(1)))
              .map(Map.Entry::getKey)
              .toList();
      assertEquals(right, made.parts());
      assertEquals(hops + 1, right.size());
      assertEquals(List.of(String.join(", ", right)), made.answers());
      assertEquals(chains * (hops + 1), values.size());
      assertEquals(chains, values.values().stream().distinct().count());
      assertEquals(made.tokens(), MEASURE.count(made.context()));
      assertTrue(made.tokens() <= tokens && made.tokens() > 0.85 * tokens, "" + made.tokens());
    }
  }

  @Test
  void variables_areSpreadOverTheText() {
    List<Integer> quarters = new ArrayList<>(List.of(0, 0, 0, 0));
    for (long seed = 1; seed <= 40; seed++) {
      String text = variables(1, 4).question(2000, seed).context();
      Matcher statement = STATEMENT.matcher(text);
      while (statement.find()) {
        int quarter = Math.min(3, 4 * statement.start() / text.length());
        quarters.set(quarter, quarters.get(quarter) + 1);
      }
    }
    assertTrue(quarters.stream().allMatch(count -> count > 25), quarters::toString);
  }

  @Test
  void seed_decidesAll() {
    assertEquals(variables(2, 3).question(800, 7), variables(2, 3).question(800, 7));
    assertNotEquals(variables(2, 3).question(800, 7), variables(2, 3).question(800, 8));
  }

  @Test
  void tooManyVariables_areRefused() {
    assertThrows(CommandFailure.class, () -> variables(10, 10).question(300, 1));
  }
}
