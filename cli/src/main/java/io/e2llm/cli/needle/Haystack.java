package io.e2llm.cli.needle;

import io.e2llm.cli.texts.SentenceEnds;
import io.e2llm.engine.tokenizer.Encoding;
import io.e2llm.engine.tokenizer.Tokenizer;

/**
 * A text of which contexts of any length are the beginning, so that what a cache holds of a short
 * one serves the longer ones. A text that is too short begins again. One thread only.
 */
final class Haystack {
  /** Share of a length that is cut away at most to end with a sentence. */
  private static final double WHOLE = 0.9;

  private final Tokenizer tokenizer;
  private final String text;
  private final int[] begins;
  private final SentenceEnds ends;
  private final int ownTokens;

  private Haystack(Tokenizer tokenizer, String text, int[] begins, int ownTokens) {
    this.tokenizer = tokenizer;
    this.text = text;
    this.begins = begins;
    this.ends = SentenceEnds.of(text);
    this.ownTokens = ownTokens;
  }

  /**
   * A haystack.
   *
   * @param tokenizer counts; stays the caller's
   * @param most tokens that will be wanted
   */
  static Haystack of(String text, Tokenizer tokenizer, int most) {
    String once = text.strip();
    Encoding encoding = tokenizer.encodeText(once);
    int own = encoding.size();
    StringBuilder all = new StringBuilder(once);
    for (long tokens = own; tokens < most; tokens += own) {
      all.append("\n\n").append(once);
    }
    String whole = all.toString();
    if (whole.length() > once.length()) {
      encoding = tokenizer.encodeText(whole);
    }
    return new Haystack(tokenizer, whole, encoding.begins(), own);
  }

  /** Tokens of the text before it begins again. */
  int ownTokens() {
    return ownTokens;
  }

  /** The text. */
  String text() {
    return text;
  }

  /**
   * A context with a needle in it.
   *
   * @param text ends with a sentence if one ends near there
   * @param tokens that it has
   * @param depth share of its tokens that stand before the needle
   */
  record Context(String text, int tokens, double depth) {}

  /**
   * A context of so many tokens or a few less, the needle between two sentences.
   *
   * @param depth where it is to stand: 0 at the beginning, 1 at the end
   */
  Context with(Needle needle, int tokens, double depth) {
    int room = tokens - tokenizer.encodeText(" " + needle.sentence() + " ").size() - 1;
    int most = offset(Math.max(0, room));
    int whole = ends.before(most);
    int end = whole < WHOLE * most ? most : whole;
    int at = ends.nearest(offset((int) Math.round(depth * room)), end);
    String before = text.substring(0, depth >= 1 ? end : at);
    String after = text.substring(before.length(), end).stripTrailing();
    StringBuilder context = new StringBuilder(before);
    if (!before.isEmpty() && !Character.isWhitespace(before.charAt(before.length() - 1))) {
      context.append(' ');
    }
    context.append(needle.sentence());
    if (!after.isEmpty()) {
      context.append(' ').append(after);
    }
    int size = tokenizer.encodeText(context.toString()).size();
    double placed = (double) tokenizer.encodeText(before).size() / size;
    return new Context(context.toString(), size, placed);
  }

  /** Where a token begins, in UTF-16 characters. */
  private int offset(int token) {
    return token >= begins.length ? text.length() : text.offsetByCodePoints(0, begins[token]);
  }
}
