package io.e2llm.cli.needle;

import io.e2llm.cli.CommandFailure;
import io.e2llm.trainer.evaluation.ShortAnswers;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A fact that stands nowhere else: the secret number of a city.
 *
 * @param seed that it was made from
 * @param city of which the haystack does not speak
 * @param value five digits
 */
record Needle(long seed, String city, String value) {
  private static final List<String> CITIES =
      List.of(
          "Accra",
          "Adelaide",
          "Almaty",
          "Ankara",
          "Antwerp",
          "Bogota",
          "Bratislava",
          "Brisbane",
          "Bucharest",
          "Cardiff",
          "Dakar",
          "Durban",
          "Gdansk",
          "Hanoi",
          "Havana",
          "Helsinki",
          "Izmir",
          "Jakarta",
          "Kampala",
          "Kyoto",
          "La Paz",
          "Lima",
          "Lisbon",
          "Ljubljana",
          "Maputo",
          "Medellin",
          "Montevideo",
          "Nairobi",
          "Odense",
          "Oslo",
          "Perth",
          "Porto",
          "Quito",
          "Reykjavik",
          "Riga",
          "Rotterdam",
          "Sofia",
          "Tallinn",
          "Tbilisi",
          "Turku",
          "Utrecht",
          "Valencia",
          "Vilnius",
          "Warsaw",
          "Windhoek",
          "Yerevan",
          "Zagreb",
          "Zurich");

  private static final int LEAST = 10_000;
  private static final int VALUES = 90_000;

  /**
   * Needles that differ in city and value.
   *
   * @param seed of the first; the others have those that follow
   * @param count how many; cities come again when there are more needles than cities
   * @throws CommandFailure when the haystack speaks of all cities
   */
  static List<Needle> of(long seed, int count, String haystack) {
    List<String> free = CITIES.stream().filter(city -> !haystack.contains(city)).toList();
    if (free.isEmpty()) {
      throw CommandFailure.failed("the haystack speaks of all cities");
    }
    List<Needle> needles = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      needles.add(one(seed + i, free, haystack));
    }
    return needles;
  }

  private static Needle one(long seed, List<String> cities, String haystack) {
    SplittableRandom random = new SplittableRandom(seed);
    String value = String.valueOf(LEAST + random.nextInt(VALUES));
    while (haystack.contains(value)) {
      value = String.valueOf(LEAST + random.nextInt(VALUES));
    }
    return new Needle(seed, cities.get((int) Math.floorMod(seed, (long) cities.size())), value);
  }

  /** What is put into the haystack. */
  String sentence() {
    return "The secret number of " + city + " is " + value + ".";
  }

  /** What is asked. */
  String question() {
    return "What is the secret number of " + city + "?";
  }

  /** Whether an answer tells the number. */
  boolean foundIn(String answer) {
    return ShortAnswers.contains(answer, List.of(value));
  }
}
