package io.e2llm.cli.eval;

import io.e2llm.trainer.evaluation.PairedBootstrap.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A set's results as Markdown. */
final class EvalTable {
  private static final long SEED = 1;

  private EvalTable() {}

  /** All lines. */
  static List<String> of(SetResult set) {
    List<String> lines = new ArrayList<>();
    lines.add("### " + set.name());
    lines.add("");
    lines.add(
        "| mode | questions | nats a token | F1 | contains | soft tokens | text tokens | first token |");
    lines.add("|---|---|---|---|---|---|---|---|");
    for (Arm arm : Arm.values()) {
      if (!set.asked(arm).isEmpty()) {
        lines.add(
            "| %s | %d | %s | %s | %s | %s | %s | %s ms |"
                .formatted(
                    arm.label(),
                    set.asked(arm).size(),
                    number(3, set.mean(arm, Scored::nats)),
                    number(3, set.f1(arm)),
                    number(3, set.contained(arm)),
                    number(0, set.mean(arm, Scored::softTokens)),
                    number(0, set.mean(arm, Scored::promptTokens)),
                    number(0, set.mean(arm, Scored::millis))));
      }
    }
    lines.add("");
    Optional<Interval> soft = difference(lines, set, Arm.SOFT_OTHER, Arm.SOFT, Arm.TEXT);
    Optional<Interval> text = difference(lines, set, Arm.SOFT_OTHER, Arm.TEXT, Arm.TEXT);
    difference(lines, set, Arm.RETRIEVAL, Arm.HYBRID, Arm.HYBRID);
    if (soft.isPresent() && text.isPresent()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "- soft closes %.0f %% of the gap between soft-other and text",
              100 * soft.get().mean() / text.get().mean()));
    }
    return lines;
  }

  private static Optional<Interval> difference(
      List<String> lines, SetResult set, Arm first, Arm second, Arm fitting) {
    Optional<Interval> interval = set.difference(first, second, fitting, SEED);
    interval.ifPresent(
        i ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "- %s less %s: %.3f nats a token (95 %%: %.3f to %.3f)",
                    first.label(),
                    second.label(),
                    i.mean(),
                    i.low(),
                    i.high())));
    return interval;
  }

  private static String number(int decimals, OptionalDouble value) {
    return value.isEmpty()
        ? "-"
        : String.format(Locale.ROOT, "%." + decimals + "f", value.getAsDouble());
  }
}
