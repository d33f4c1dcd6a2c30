package io.e2llm.cli.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run through the workload.
 *
 * @param finished the measured requests, in the order of the plan
 * @param warmup those before them
 * @param memory of the watched processes, at the end
 */
record Repetition(List<Finished> finished, List<Finished> warmup, List<ProcessMemory> memory) {
  Repetition {
    finished = List.copyOf(finished);
    warmup = List.copyOf(warmup);
    memory = List.copyOf(memory);
  }

  /** Measured answers. */
  List<Outcome.Answered> answers() {
    return finished.stream()
        .map(Finished::outcome)
        .filter(Outcome.Answered.class::isInstance)
        .map(Outcome.Answered.class::cast)
        .toList();
  }

  /** Failures of measured requests and of the warm-up: reason to number. */
  Map<String, Integer> failures() {
    Map<String, Integer> reasons = new TreeMap<>();
    count(warmup, "warm-up: ", reasons);
    count(finished, "", reasons);
    return reasons;
  }

  private static void count(List<Finished> all, String prefix, Map<String, Integer> reasons) {
    for (Finished one : all) {
      if (one.outcome() instanceof Outcome.Failed failed) {
        reasons.merge(prefix + failed.reason(), 1, Integer::sum);
      }
    }
  }
}
