package io.e2llm.cli.bench;

import io.e2llm.cli.terminal.Human;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The result for people: one line to a number, aligned. */
final class BenchTable {
  private static final String ROW = "%-32s %-4s %12s %12s %12s";

  private BenchTable() {}

  /** The lines. */
  static List<String> lines(BenchResult result) {
    List<String> lines = new ArrayList<>(head(result));
    lines.add("");
    lines.add(
        row("over " + result.repetitions().size() + " repetitions", "", "min", "median", "max"));
    result.spreads().forEach((metric, spread) -> add(lines, metric, spread));
    memory(lines, result);
    lines.add("");
    lines.add("answered %d, failed %d".formatted(result.answered(), failed(result)));
    Map<String, String> details = result.details();
    result
        .failures()
        .forEach((why, n) -> lines.add("  %d x %s: %s".formatted(n, why, details.get(why))));
    return lines;
  }

  private static List<String> head(BenchResult result) {
    Workload workload = result.workload();
    return List.of(
        result.target(),
        "%d requests on %s, %s + %s tokens in, %d out, %s of them about known documents"
            .formatted(
                workload.requests(),
                workload.streamsInWords(),
                Human.count(workload.contextTokens()),
                Human.count(workload.questionTokens()),
                workload.outputTokens(),
                percent(workload.repeatShare())),
        "texts: %s, seed %d, tokens %s"
            .formatted(
                result.texts(),
                workload.seed(),
                result.estimated()
                    ? "estimated by length: --decoder-model names a tokenizer to count with"
                    : "counted by the decoder's tokenizer"));
  }

  private static void add(List<String> lines, Metric metric, Spread spread) {
    if (!Double.isNaN(spread.median())) {
      lines.add(
          row(
              metric.words(),
              metric.unit(),
              number(spread.min()),
              number(spread.median()),
              number(spread.max())));
    }
  }

  private static void memory(List<String> lines, BenchResult result) {
    for (int i = 0; i < result.repetitions().getFirst().memory().size(); i++) {
      int process = i;
      List<ProcessMemory> read =
          result.repetitions().stream().map(each -> each.memory().get(process)).toList();
      String label = read.getFirst().label();
      bytes(
          lines,
          label + ", resident",
          read.stream().mapToLong(ProcessMemory::residentBytes).toArray());
      bytes(lines, label + ", peak", read.stream().mapToLong(ProcessMemory::peakBytes).toArray());
    }
  }

  private static void bytes(List<String> lines, String words, long[] bytes) {
    double[] known =
        java.util.Arrays.stream(bytes).mapToDouble(b -> b < 0 ? Double.NaN : b / 1e6).toArray();
    Spread spread = Spread.of(known);
    lines.add(
        row(words, "MB", number(spread.min()), number(spread.median()), number(spread.max())));
  }

  private static int failed(BenchResult result) {
    return result.failures().values().stream().mapToInt(Integer::intValue).sum();
  }

  private static String row(String words, String unit, String min, String median, String max) {
    return ROW.formatted(words, unit, min, median, max).stripTrailing();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  /** Four digits that matter: 0.123, 12.34, 123.4, 12,345. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    int decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
