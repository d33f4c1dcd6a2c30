package io.e2llm.trainer.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NamesTest {
  private static final String TEXT =
      "When Lisbon fell in 1755, Pombal rebuilt Lisbon with 120 houses. Others left when they could.";

  private static final Names NAMES =
      Names.of(List.of(TEXT, "Porto and Braga lie north, as does Chaves. They do."));

  @Test
  void exchange_nameInTextAndQuestion_isTheSameOther() {
    List<String> others = new ArrayList<>();
    for (int seed = 0; seed < 50; seed++) {
      UnaryOperator<String> names = NAMES.exchange(TEXT, new SplittableRandom(seed));
      String city = names.apply("Lisbon");
      others.add(city);
      String text = names.apply(TEXT);
      assertTrue(text.startsWith("When " + city + " fell"), text);
      assertTrue(text.contains("rebuilt " + city + " with"), text);
      assertEquals("Who rebuilt " + city + "?", names.apply("Who rebuilt Lisbon?"));
    }
    assertTrue(others.stream().distinct().count() > 3, others.toString());
  }

  @Test
  void exchange_wordsThatAlsoStandSmall_stay() {
    for (int seed = 0; seed < 50; seed++) {
      String text = NAMES.exchange(TEXT, new SplittableRandom(seed)).apply(TEXT);
      assertTrue(text.startsWith("When "), text);
      assertTrue(text.endsWith("left when they could."), text);
    }
  }

  @Test
  void exchange_numbers_keepTheirLengthAndYearsStayYears() {
    List<String> numbers = new ArrayList<>();
    for (int seed = 0; seed < 50; seed++) {
      UnaryOperator<String> names = NAMES.exchange(TEXT, new SplittableRandom(seed));
      assertTrue(names.apply("120").matches("[1-9][0-9]{2}"));
      int year = Integer.parseInt(names.apply("1755"));
      assertTrue(year >= 1000 && year < 2030);
      numbers.add(names.apply("120"));
    }
    assertTrue(numbers.stream().distinct().count() > 20);
  }

  @Test
  void exchange_sameSeed_isTheSame() {
    List<String> twice =
        IntStream.range(0, 2)
            .mapToObj(i -> NAMES.exchange(TEXT, new SplittableRandom(7)).apply(TEXT))
            .toList();
    assertEquals(twice.get(0), twice.get(1));
    assertNotEquals(TEXT, twice.get(0));
  }
}
