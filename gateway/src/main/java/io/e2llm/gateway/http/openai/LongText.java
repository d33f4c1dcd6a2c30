package io.e2llm.gateway.http.openai;

import java.util.function.ToIntFunction;

/**
 * Which texts of a conversation are long enough to become context, and what of such a text stays
 * text: clients paste a document and the question in one message, so its first and its last
 * paragraph stay where they are short.
 *
 * @param threshold encoder tokens over which a text becomes context
 * @param tokens counts encoder tokens
 */
public record LongText(int threshold, ToIntFunction<String> tokens) {
  private static final int SHORT = 600;

  /** A text has at most as many tokens as code points. */
  boolean isLong(String text) {
    return text.codePointCount(0, text.length()) > threshold && tokens.applyAsInt(text) > threshold;
  }

  /**
   * A text in parts.
   *
   * @param before a short first paragraph, or nothing
   * @param context what lies between
   * @param behind a short last paragraph, or nothing
   */
  record Split(String before, String context, String behind) {
    /** What stays text. */
    String question() {
      return (before + "\n\n" + behind).strip();
    }
  }

  /** Takes short paragraphs off both ends. */
  static Split split(String text) {
    String whole = text.strip();
    int last = whole.lastIndexOf('\n');
    String behind = last < 0 || whole.length() - last > SHORT ? "" : whole.substring(last).strip();
    String rest = behind.isEmpty() ? whole : whole.substring(0, last).strip();
    int first = rest.indexOf('\n');
    String before = first < 0 || first > SHORT ? "" : rest.substring(0, first).strip();
    String context = before.isEmpty() ? rest : rest.substring(first).strip();
    return new Split(before, context, behind);
  }
}
