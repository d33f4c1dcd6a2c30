package io.e2llm.cli.needle;

import io.e2llm.cli.texts.TokenCount;
import io.e2llm.gateway.v1.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/** A grid as Markdown: a row to each depth, a column to each length. */
final class NeedleTable {
  private static final double MILLIS = 1000;

  private NeedleTable() {}

  /** All lines. */
  static List<String> of(NeedleGrid grid) {
    List<Integer> lengths = grid.plan().lengths();
    List<String> lines = new ArrayList<>(List.of("### Needles found: " + grid.arm().label(), ""));
    lines.add(row(lengths, "depth", TokenCount::text));
    lines.add("|" + "---|".repeat(lengths.size() + 1));
    for (double depth : grid.plan().depths()) {
      lines.add(row(lengths, percent(depth), length -> grid.cell(length, depth).text()));
    }
    lines.add(row(lengths, "all", length -> grid.all(length).text()));
    lines.add(row(lengths, "share", length -> share(grid.all(length))));
    lines.add(row(lengths, "soft tokens", length -> usage(grid, length, Usage::getSoftTokens)));
    lines.add(row(lengths, "text tokens", length -> usage(grid, length, Usage::getPromptTokens)));
    lines.add(
        row(
            lengths,
            "first token, s",
            length ->
                number(
                    "%.1f",
                    grid.mean(
                        length, one -> one.reply().orElseThrow().firstTokenMillis() / MILLIS))));
    List<String> beyond =
        lengths.stream()
            .filter(length -> grid.all(length).asked() == 0)
            .map(TokenCount::text)
            .toList();
    if (!beyond.isEmpty()) {
      lines.add("");
      lines.add(
          "- %s: contexts of %s do not fit the window"
              .formatted(grid.arm().label(), String.join(", ", beyond)));
    }
    return lines;
  }

  /** A depth for people. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  /** The share of a cell for people. */
  static String share(NeedleGrid.Cell cell) {
    return cell.asked() == 0 ? "-" : percent(cell.share());
  }

  private static String usage(NeedleGrid grid, int length, ToDoubleFunction<Usage> value) {
    return number(
        "%.0f",
        grid.mean(length, one -> value.applyAsDouble(one.reply().orElseThrow().end().getUsage())));
  }

  private static String number(String form, OptionalDouble value) {
    return value.isEmpty() ? "-" : String.format(Locale.ROOT, form, value.getAsDouble());
  }

  private static String row(List<Integer> lengths, String head, IntFunction<String> cell) {
    StringBuilder row = new StringBuilder("| " + head + " |");
    lengths.forEach(length -> row.append(' ').append(cell.apply(length)).append(" |"));
    return row.toString();
  }
}
