package io.e2llm.cli.terminal;

/** A line with a progress bar. */
public final class Bar {
  private static final int MOST_CELLS = 24;
  private static final int FEWEST_CELLS = 8;
  private static final int FRAME = 3;

  private Bar() {}

  /** A bar that is full to {@code done} of {@code total}: {@code [#####-----]}. */
  static String of(long done, long total, int cells) {
    int full = total <= 0 ? 0 : (int) (cells * Math.clamp(done, 0, total) / total);
    return "[" + "#".repeat(full) + "-".repeat(cells - full) + "]";
  }

  /**
   * The richest line that fits: {@code NAME [####----] DETAILS}, then without the bar, then without
   * the name, then with shorter details.
   *
   * @param room columns there are
   * @param details richest first; the last is taken when nothing fits
   */
  public static String line(int room, String name, long done, long total, String... details) {
    String named = name + " " + details[0];
    int cells = room - named.length() - FRAME;
    if (cells >= FEWEST_CELLS && total > 0) {
      return name + " " + of(done, total, Math.min(cells, MOST_CELLS)) + " " + details[0];
    }
    if (named.length() <= room) {
      return named;
    }
    for (String detail : details) {
      if (detail.length() <= room) {
        return detail;
      }
    }
    return details[details.length - 1];
  }

  /** Per cent, 0 to 100. */
  public static int percent(long done, long total) {
    return total <= 0 ? 0 : (int) (100 * Math.clamp(done, 0, total) / total);
  }
}
