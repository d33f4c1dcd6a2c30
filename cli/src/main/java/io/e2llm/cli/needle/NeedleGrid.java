package io.e2llm.cli.needle;

import io.e2llm.cli.eval.Arm;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * How many of an arm's needles were found, by length and depth.
 *
 * @param arm the arm
 * @param plan which needles were asked for
 * @param sought all that were asked for, of other arms too
 */
record NeedleGrid(Arm arm, NeedlePlan plan, List<Sought> sought) {
  NeedleGrid {
    sought = List.copyOf(sought);
  }

  /**
   * A cell.
   *
   * @param found needles
   * @param asked needles whose context fitted the window; 0 where none did
   */
  record Cell(long found, long asked) {
    /** From 0 to 1; 0 where none was asked for. */
    double share() {
      return asked == 0 ? 0 : (double) found / asked;
    }

    /** As {@code 3/4}, or {@code -} where none was asked for. */
    String text() {
      return asked == 0 ? "-" : found + "/" + asked;
    }
  }

  /** Of a length and a depth. */
  Cell cell(int length, double depth) {
    return count(one -> one.length() == length && one.depth() == depth);
  }

  /** Of a length, at all depths. */
  Cell all(int length) {
    return count(one -> one.length() == length);
  }

  /** The mean over the contexts of a length that fitted. */
  OptionalDouble mean(int length, ToDoubleFunction<Sought> value) {
    return sought.stream()
        .filter(one -> one.arm() == arm && one.length() == length && one.reply().isPresent())
        .mapToDouble(value)
        .average();
  }

  private Cell count(Predicate<Sought> which) {
    List<Sought> asked =
        sought.stream()
            .filter(one -> one.arm() == arm && one.reply().isPresent() && which.test(one))
            .toList();
    return new Cell(asked.stream().filter(Sought::found).count(), asked.size());
  }
}
