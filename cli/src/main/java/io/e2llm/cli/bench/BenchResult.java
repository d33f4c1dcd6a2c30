package io.e2llm.cli.bench;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that was measured.
 *
 * @param target what was measured
 * @param workload with what
 * @param texts where the texts came from
 * @param estimated whether tokens of the texts were estimated, not counted
 * @param repetitions the runs
 */
record BenchResult(
    String target,
    Workload workload,
    String texts,
    boolean estimated,
    List<Repetition> repetitions) {
  BenchResult {
    repetitions = List.copyOf(repetitions);
  }

  /** The metrics of each repetition. */
  List<Map<Metric, Double>> numbers() {
    return repetitions.stream()
        .map(each -> RepetitionNumbers.of(each.answers(), workload.streams()))
        .toList();
  }

  /** Each metric over the repetitions. */
  Map<Metric, Spread> spreads() {
    List<Map<Metric, Double>> numbers = numbers();
    Map<Metric, Spread> spreads = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      spreads.put(
          metric,
          Spread.of(
              numbers.stream()
                  .mapToDouble(each -> each.getOrDefault(metric, Double.NaN))
                  .toArray()));
    }
    return spreads;
  }

  /** Measured answers of all repetitions. */
  int answered() {
    return repetitions.stream().mapToInt(each -> each.answers().size()).sum();
  }

  /** Failures of all repetitions: reason to number. */
  Map<String, Integer> failures() {
    Map<String, Integer> all = new TreeMap<>();
    repetitions.forEach(
        each -> each.failures().forEach((why, count) -> all.merge(why, count, Integer::sum)));
    return all;
  }

  /** One sentence to each reason. */
  Map<String, String> details() {
    Map<String, String> details = new LinkedHashMap<>();
    for (Repetition repetition : repetitions) {
      repetition.warmup().forEach(one -> detail(one, "warm-up: ", details));
      repetition.finished().forEach(one -> detail(one, "", details));
    }
    return details;
  }

  private static void detail(Finished one, String prefix, Map<String, String> details) {
    if (one.outcome() instanceof Outcome.Failed failed) {
      details.putIfAbsent(prefix + failed.reason(), failed.detail());
    }
  }
}
