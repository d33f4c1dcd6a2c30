package io.e2llm.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RepetitionNumbersTest {
  private static Outcome.Answered answer(long sentMillis, long... tokenMillis) {
    long[] nanos = Arrays.stream(tokenMillis).map(at -> at * 1_000_000).toArray();
    return new Outcome.Answered(
        sentMillis * 1_000_000,
        new TokenTimes(nanos, nanos.length),
        nanos[nanos.length - 1],
        Map.of());
  }

  private static double number(Map<Metric, Double> numbers, Metric metric) {
    return numbers.getOrDefault(metric, -1.0);
  }

  @Test
  void twoStreams_areAddedUp() {
    List<Outcome.Answered> answers =
        List.of(answer(0, 100, 110, 120, 160), answer(0, 120, 140, 160, 200));

    Map<Metric, Double> numbers = RepetitionNumbers.of(answers, 2);

    assertEquals(110, number(numbers, Metric.TTFT_P50), 1e-9);
    assertEquals(119, number(numbers, Metric.TTFT_P95), 1e-9);
    // 60 ms and 80 ms for three tokens after the first: 20 and 26.67.
    assertEquals((20 + 80 / 3.0) / 2, number(numbers, Metric.TOKEN_P50), 1e-9);
    // Gaps 10, 10, 40, 20, 20, 40.
    assertEquals(20, number(numbers, Metric.GAP_P50), 1e-9);
    assertEquals(40, number(numbers, Metric.GAP_MAX), 1e-9);
    assertEquals(8 / 0.2, number(numbers, Metric.TOTAL_RATE), 1e-9);
    assertEquals(2 / 0.2, number(numbers, Metric.REQUEST_RATE), 1e-9);
    assertEquals(0.2, number(numbers, Metric.SECONDS), 1e-9);
    // Both decode from 120 to 160: one token of the first, two of the second.
    assertEquals(3 / 0.04, number(numbers, Metric.DECODE_RATE), 1e-9);
  }

  @Test
  void endpointCountsMoreTokensThanEvents_itsCountHolds() {
    TokenTimes times = new TokenTimes(new long[] {0, 30_000_000}, 4);

    assertEquals(10, times.millisPerToken(), 1e-9);
  }

  @Test
  void oneToken_hasNoTimePerToken() {
    Map<Metric, Double> numbers = RepetitionNumbers.of(List.of(answer(0, 50)), 1);

    assertEquals(Double.NaN, number(numbers, Metric.TOKEN_P50));
    assertEquals(Double.NaN, number(numbers, Metric.GAP_MAX));
    assertEquals(50, number(numbers, Metric.TTFT_P50), 1e-9);
  }

  @Test
  void noAnswers_haveNoNumbers() {
    RepetitionNumbers.of(List.of(), 1)
        .forEach((metric, value) -> assertEquals(Double.NaN, value, metric.key()));
  }
}
