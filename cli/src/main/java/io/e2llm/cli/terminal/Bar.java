package io.e2llm.cli.terminal;

/** A progress bar. */
public final class Bar {
  private static final int CELLS = 24;

  private Bar() {}

  /** A bar that is full to {@code done} of {@code total}: {@code [#####-----]}. */
  public static String of(long done, long total) {
    int full = total <= 0 ? 0 : (int) (CELLS * Math.clamp(done, 0, total) / total);
    return "[" + "#".repeat(full) + "-".repeat(CELLS - full) + "]";
  }

  /** Per cent, 0 to 100. */
  public static int percent(long done, long total) {
    return total <= 0 ? 0 : (int) (100 * Math.clamp(done, 0, total) / total);
  }
}
