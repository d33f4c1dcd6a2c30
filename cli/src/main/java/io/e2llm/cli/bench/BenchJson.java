package io.e2llm.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The result as data. The names stay; what is not known is null. docs/bench.md lists them. */
final class BenchJson {
  static final String FORMAT = "e2llm-bench/1";

  private BenchJson() {}

  /** Maps, lists, strings and numbers. */
  static Map<String, Object> of(BenchResult result) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("format", FORMAT);
    object.put("target", result.target());
    object.put("workload", workload(result));
    Map<String, Object> summary = new LinkedHashMap<>();
    result.spreads().forEach((metric, spread) -> summary.put(metric.key(), spread(spread)));
    object.put("summary", summary);
    object.put("answered", result.answered());
    object.put("failures", result.failures());
    object.put("failure_details", result.details());
    List<Object> repetitions = new ArrayList<>();
    List<Map<Metric, Double>> numbers = result.numbers();
    for (int i = 0; i < numbers.size(); i++) {
      repetitions.add(repetition(result.repetitions().get(i), numbers.get(i)));
    }
    object.put("repetitions", repetitions);
    return object;
  }

  private static Map<String, Object> workload(BenchResult result) {
    Workload workload = result.workload();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("context_tokens", workload.contextTokens());
    object.put("question_tokens", workload.questionTokens());
    object.put("output_tokens", workload.outputTokens());
    object.put("streams", workload.streams());
    object.put("requests", workload.requests());
    object.put("warmup", workload.warmup());
    object.put("repetitions", workload.repetitions());
    object.put("repeat_share", workload.repeatShare());
    object.put("seed", workload.seed());
    object.put("texts", result.texts());
    object.put("tokens_estimated", result.estimated());
    return object;
  }

  private static Map<String, Object> repetition(
      Repetition repetition, Map<Metric, Double> numbers) {
    Map<String, Object> object = new LinkedHashMap<>();
    Map<String, Object> metrics = new LinkedHashMap<>();
    numbers.forEach((metric, value) -> put(metrics, metric.key(), value));
    object.put("metrics", metrics);
    object.put("failures", repetition.failures());
    object.put("memory", repetition.memory().stream().map(BenchJson::memory).toList());
    object.put("requests", repetition.finished().stream().map(BenchJson::request).toList());
    return object;
  }

  private static Map<String, Object> memory(ProcessMemory memory) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("process", memory.label());
    put(object, "resident_bytes", known(memory.residentBytes()));
    put(object, "peak_bytes", known(memory.peakBytes()));
    return object;
  }

  private static Map<String, Object> request(Finished finished) {
    PlannedRequest request = finished.request();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("index", request.index());
    object.put("document", request.document());
    object.put("repeated", request.repeated());
    object.put("context_tokens", request.contextTokens());
    object.put("question_tokens", request.questionTokens());
    switch (finished.outcome()) {
      case Outcome.Answered answer -> {
        put(object, "ttft_ms", RepetitionNumbers.firstTokenMillis(answer));
        put(object, "tpot_ms", answer.tokens().millisPerToken());
        put(object, "total_ms", (answer.endedNanos() - answer.sentNanos()) / 1e6);
        object.put("tokens", answer.tokens().count());
        object.put("usage", answer.usage());
      }
      case Outcome.Failed failed -> object.put("failed", failed.reason());
    }
    return object;
  }

  private static Map<String, Object> spread(Spread spread) {
    Map<String, Object> object = new LinkedHashMap<>();
    put(object, "min", spread.min());
    put(object, "median", spread.median());
    put(object, "max", spread.max());
    return object;
  }

  private static @Nullable Long known(long bytes) {
    return bytes < 0 ? null : bytes;
  }

  @SuppressWarnings("NullAway") // null is what JSON has for what is not known
  private static void put(Map<String, Object> object, String key, @Nullable Long value) {
    object.put(key, value);
  }

  /** Microseconds are exact enough. */
  @SuppressWarnings("NullAway") // null is what JSON has for what is not known
  private static void put(Map<String, Object> object, String key, double value) {
    object.put(key, Double.isFinite(value) ? Math.round(value * 1000) / 1000.0 : null);
  }
}
