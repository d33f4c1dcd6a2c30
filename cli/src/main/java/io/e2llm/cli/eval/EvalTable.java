package io.e2llm.cli.eval;

import io.e2llm.trainer.evaluation.PairedBootstrap.Interval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/** A set's results as Markdown. */
final class EvalTable {
  /** Words of a right answer from which on it is a text, which ROUGE judges. */
  private static final int TEXT_WORDS = 12;

  private EvalTable() {}

  /** A column: its title and what stands in an arm's row; empty for an arm without a value. */
  private record Column(String title, Function<Arm, String> cell) {}

  /** All lines. */
  static List<String> of(SetResult set) {
    List<String> lines = new ArrayList<>(List.of("### " + set.name(), ""));
    List<Arm> arms = set.arms().stream().filter(arm -> !set.scored(arm).isEmpty()).toList();
    List<Column> columns =
        columns(set).stream()
            .filter(column -> arms.stream().anyMatch(arm -> !column.cell().apply(arm).isEmpty()))
            .toList();
    lines.add(row(columns.stream().map(Column::title).toList()));
    lines.add("|" + "---|".repeat(columns.size()));
    arms.forEach(arm -> lines.add(row(cells(columns, arm))));
    List<String> notes = notes(set);
    if (!notes.isEmpty()) {
      lines.add("");
      lines.addAll(notes);
    }
    lines.addAll(DifferenceTable.of(Difference.of(set), scores(set)));
    return lines;
  }

  private static List<String> notes(SetResult set) {
    List<String> notes = new ArrayList<>();
    for (Arm arm : set.arms()) {
      int left = set.questions() - set.scored(arm).size();
      if (left > 0) {
        notes.add(
            "- %s: %d of %d questions left out, their context does not fit the window"
                .formatted(arm.label(), left, set.questions()));
      }
    }
    closed(set).ifPresent(notes::add);
    if (set.documents().size() == 1 && set.arms().size() > 1) {
      notes.add("- one document: intervals say nothing, they come from drawing documents");
    }
    return notes;
  }

  private static List<Column> columns(SetResult set) {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("mode", Arm::label));
    columns.add(new Column("questions", arm -> String.valueOf(set.scored(arm).size())));
    for (Score score : scores(set)) {
      columns.add(new Column(score.title(), arm -> number(3, set.mean(arm, score))));
    }
    if (texts(set)) {
      columns.add(new Column("G-mean", arm -> number(3, set.rouge(arm))));
    }
    columns.add(new Column("soft tokens", arm -> number(0, set.mean(arm, Scored::softTokens))));
    columns.add(new Column("text tokens", arm -> number(0, set.mean(arm, Scored::promptTokens))));
    columns.add(
        new Column("first token, ms", arm -> number(0, set.mean(arm, Scored::firstTokenMillis))));
    return columns;
  }

  private static List<String> cells(List<Column> columns, Arm arm) {
    return columns.stream()
        .map(column -> column.cell().apply(arm))
        .map(cell -> cell.isEmpty() ? "-" : cell)
        .toList();
  }

  /** Those that fit the set's answers. */
  private static List<Score> scores(SetResult set) {
    return Arrays.stream(Score.values())
        .filter(
            score ->
                score == Score.NATS
                    || score == Score.F1
                    || texts(set) == Score.ROUGE.contains(score))
        .toList();
  }

  private static boolean texts(SetResult set) {
    return set.documents().stream()
            .flatMap(List::stream)
            .mapToInt(asked -> asked.question().answer().strip().split("\\s+", -1).length)
            .average()
            .orElse(0)
        > TEXT_WORDS;
  }

  /** How near soft prompts come to text, over the questions whose context fits as text. */
  private static Optional<String> closed(SetResult set) {
    Set<Arm> among = Set.of(Arm.SOFT, Arm.SOFT_OTHER, Arm.TEXT);
    Optional<Interval> soft = set.difference(Score.NATS, Arm.SOFT_OTHER, Arm.SOFT, among);
    Optional<Interval> text = set.difference(Score.NATS, Arm.SOFT_OTHER, Arm.TEXT, among);
    return soft.flatMap(
        s ->
            text.map(
                t ->
                    String.format(
                        Locale.ROOT,
                        "- soft closes %.0f %% of the gap in nats between soft-other and text",
                        100 * s.mean() / t.mean())));
  }

  /** A row of these cells. */
  static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String number(int decimals, OptionalDouble value) {
    return value.isEmpty()
        ? ""
        : String.format(Locale.ROOT, "%." + decimals + "f", value.getAsDouble());
  }
}
