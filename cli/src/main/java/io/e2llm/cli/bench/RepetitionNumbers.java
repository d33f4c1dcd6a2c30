package io.e2llm.cli.bench;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Computes the metrics of a repetition. */
final class RepetitionNumbers {
  private RepetitionNumbers() {}

  /**
   * All metrics; NaN where there is nothing to compute one from.
   *
   * @param streams requests that were under way at once
   */
  static Map<Metric, Double> of(List<Outcome.Answered> answers, int streams) {
    Map<Metric, Double> numbers = new EnumMap<>(Metric.class);
    double[] first = each(answers, RepetitionNumbers::firstTokenMillis);
    double[] perToken = each(answers, answer -> answer.tokens().millisPerToken());
    double[] gaps =
        answers.stream().flatMapToDouble(a -> Arrays.stream(a.tokens().gapMillis())).toArray();
    double seconds = seconds(answers);
    numbers.put(Metric.TTFT_P50, Percentile.of(first, 50));
    numbers.put(Metric.TTFT_P95, Percentile.of(first, 95));
    numbers.put(Metric.TOKEN_P50, Percentile.of(perToken, 50));
    numbers.put(Metric.TOKEN_P95, Percentile.of(perToken, 95));
    numbers.put(Metric.GAP_P50, Percentile.of(gaps, 50));
    numbers.put(Metric.GAP_MAX, Percentile.of(gaps, 100));
    numbers.put(Metric.STREAM_RATE, 1000 / Percentile.of(perToken, 50));
    numbers.put(
        Metric.TOTAL_RATE, answers.stream().mapToInt(a -> a.tokens().count()).sum() / seconds);
    numbers.put(Metric.DECODE_RATE, decodeRate(answers, streams));
    numbers.put(Metric.REQUEST_RATE, answers.size() / seconds);
    numbers.put(Metric.SECONDS, seconds);
    return numbers;
  }

  /** From sending to the first token. */
  static double firstTokenMillis(Outcome.Answered answer) {
    return (answer.tokens().firstNanos() - answer.sentNanos()) / 1e6;
  }

  private static double[] each(
      List<Outcome.Answered> answers, ToDoubleFunction<Outcome.Answered> number) {
    return answers.stream().mapToDouble(number).toArray();
  }

  private static double seconds(List<Outcome.Answered> answers) {
    if (answers.isEmpty()) {
      return Double.NaN;
    }
    long begin = answers.stream().mapToLong(Outcome.Answered::sentNanos).min().getAsLong();
    long end = answers.stream().mapToLong(a -> a.tokens().lastNanos()).max().getAsLong();
    return (end - begin) / 1e9;
  }

  /**
   * Defined where each stream makes one request: between the last first token and the first last.
   */
  private static double decodeRate(List<Outcome.Answered> answers, int streams) {
    if (answers.size() != streams || answers.isEmpty()) {
      return Double.NaN;
    }
    long begin = answers.stream().mapToLong(a -> a.tokens().firstNanos()).max().getAsLong();
    long end = answers.stream().mapToLong(a -> a.tokens().lastNanos()).min().getAsLong();
    if (end <= begin) {
      return Double.NaN;
    }
    double tokens = 0;
    for (Outcome.Answered answer : answers) {
      long[] at = answer.tokens().eventNanos();
      double perEvent = (double) answer.tokens().count() / at.length;
      tokens += perEvent * Arrays.stream(at).filter(t -> t > begin && t <= end).count();
    }
    return tokens / ((end - begin) / 1e9);
  }
}
