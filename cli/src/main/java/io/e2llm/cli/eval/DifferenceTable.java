package io.e2llm.cli.eval;

import io.e2llm.trainer.evaluation.PairedBootstrap.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Differences between arms as Markdown. */
final class DifferenceTable {
  private DifferenceTable() {}

  /**
   * All lines, a blank one before; none where there are no differences.
   *
   * @param scores shown, as far as there are differences of them
   */
  static List<String> of(List<Difference> differences, List<Score> scores) {
    List<Score> there =
        scores.stream()
            .filter(score -> differences.stream().anyMatch(d -> d.intervals().containsKey(score)))
            .toList();
    List<String> lines = new ArrayList<>();
    if (there.isEmpty()) {
      return lines;
    }
    List<String> titles = new ArrayList<>(List.of("difference (95 %)"));
    there.forEach(score -> titles.add(score.title()));
    boolean rouge = there.containsAll(Score.ROUGE);
    if (rouge) {
      titles.add("G-mean");
    }
    lines.add("");
    lines.add(EvalTable.row(titles));
    lines.add("|" + "---|".repeat(titles.size()));
    for (Difference difference : differences) {
      List<String> cells = new ArrayList<>();
      cells.add(difference.arm().label() + " less " + difference.against().label());
      there.forEach(
          score -> cells.add(cell(Optional.ofNullable(difference.intervals().get(score)))));
      if (rouge) {
        cells.add(cell(difference.rouge()));
      }
      lines.add(EvalTable.row(cells));
    }
    return lines;
  }

  private static String cell(Optional<Interval> interval) {
    return interval
        .map(
            there ->
                String.format(
                    Locale.ROOT, "%+.3f (%+.3f to %+.3f)", there.mean(), there.low(), there.high()))
        .orElse("-");
  }
}
