package io.e2llm.engine;

/** Foreign text made fit for a one-line message. */
public final class OneLine {
  private static final int LIMIT = 120;

  private OneLine() {}

  /** The text on one line, without control characters, cut where it is long. */
  public static String of(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(LIMIT)
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .forEach(line::appendCodePoint);
    return text.codePointCount(0, text.length()) > LIMIT
        ? line.append('…').toString()
        : line.toString();
  }
}
