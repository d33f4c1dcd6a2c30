package io.e2llm.engine.chunk;

import java.util.Set;

/**
 * Rates every place of a text as a boundary, by a small rule set that knows no locale:
 *
 * <ul>
 *   <li>white space belongs to what stands before it; a boundary stands before the next character;
 *   <li>a sentence ends with {@code . ! ? …} and white space, or with a terminator of a script
 *       written without spaces ({@code 。 ！ ？} and the like); closing quotes and brackets belong to
 *       it. After a full stop a lower-case letter goes on with the sentence, and so does anything
 *       after an initial or one of a few abbreviations;
 *   <li>a blank line, or a line that begins a Markdown heading, begins a paragraph; the line after
 *       a heading goes on with it; a list item begins like a sentence;
 *   <li>the rest are clauses, words and characters. Combining marks and joined characters stay with
 *       what they change.
 * </ul>
 *
 * <p>The rating of a place depends on the line before it and the character after it, not on where
 * the scan began.
 */
final class BoundaryScanner {
  private static final String TERMINATORS = ".!?…؟۔।॥";
  private static final String WIDE_TERMINATORS = "。！？｡．";
  private static final String CLOSERS = "\"')]}»”’›」』】）〉》";
  private static final String CLAUSE_ENDS = ",;:—–،؛";
  private static final String WIDE_CLAUSE_ENDS = "，；：、";
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "st", "vs", "fig", "vol", "pp", "cf", "al", "e.g", "i.e",
          "jr", "sr", "approx");

  /** Code points after the last rated place that a rating may depend on. */
  static final int LOOKAHEAD = 8;

  private final CodePointBuffer text;

  BoundaryScanner(CodePointBuffer text) {
    this.text = text;
  }

  /**
   * Ratings of the places before code points {@code 0} to {@code length - 1}; that of place 0 means
   * nothing. {@code length} is at most the buffer's size, {@link #LOOKAHEAD} less unless the
   * document ends with the buffer.
   */
  BoundaryStrength[] rate(int length) {
    BoundaryStrength[] ratings = new BoundaryStrength[length];
    int lineStart = 0;
    int solidEnd = 0; // one past the last code point that is no white space
    int newlines = 0; // since then
    for (int i = 0; i < length; i++) {
      int next = text.at(i);
      ratings[i] = rate(i, next, lineStart, solidEnd, newlines);
      if (next == '\n' || next == '\u2029') {
        newlines++;
      } else if (!isSpace(next)) {
        if (newlines > 0) {
          lineStart = i;
        }
        solidEnd = i + 1;
        newlines = 0;
      }
    }
    return ratings;
  }

  private BoundaryStrength rate(int at, int next, int lineStart, int solidEnd, int newlines) {
    if (isSpace(next)) {
      // Only an endless stretch of white space is cut within.
      return at > solidEnd ? BoundaryStrength.CHARACTER : BoundaryStrength.NONE;
    }
    if (solidEnd == 0) {
      return BoundaryStrength.CHARACTER;
    }
    boolean spaced = at > solidEnd;
    if (newlines > 0) {
      boolean afterHeading = text.at(lineStart) == '#';
      if (next == '#' || (newlines > 1 && !afterHeading)) {
        return BoundaryStrength.PARAGRAPH;
      }
      if (afterHeading) {
        return BoundaryStrength.WORD;
      }
      if (isListItem(at)) {
        return BoundaryStrength.SENTENCE;
      }
    }
    if (endsSentence(solidEnd, next, spaced)) {
      return BoundaryStrength.SENTENCE;
    }
    int last = text.at(solidEnd - 1);
    if (newlines > 0
        || (spaced && CLAUSE_ENDS.indexOf(last) >= 0)
        || (WIDE_CLAUSE_ENDS.indexOf(last) >= 0 && CLOSERS.indexOf(next) < 0)) {
      return BoundaryStrength.CLAUSE;
    }
    if (spaced) {
      return BoundaryStrength.WORD;
    }
    return joined(last, next) ? BoundaryStrength.NONE : BoundaryStrength.CHARACTER;
  }

  private boolean endsSentence(int solidEnd, int next, boolean spaced) {
    int last = solidEnd - 1;
    while (last > 0 && CLOSERS.indexOf(text.at(last)) >= 0) {
      last--;
    }
    int terminator = text.at(last);
    if (WIDE_TERMINATORS.indexOf(terminator) >= 0) {
      return CLOSERS.indexOf(next) < 0 && WIDE_TERMINATORS.indexOf(next) < 0;
    }
    if (!spaced || TERMINATORS.indexOf(terminator) < 0) {
      return false;
    }
    return terminator != '.' || !(Character.isLowerCase(next) || abbreviates(last));
  }

  /** Whether the full stop at {@code stop} ends an initial or an abbreviation. */
  private boolean abbreviates(int stop) {
    int begin = stop;
    while (begin > 0 && stop - begin < 8 && isWordPart(text.at(begin - 1))) {
      begin--;
    }
    if (stop - begin == 1) {
      return Character.isUpperCase(text.at(begin));
    }
    StringBuilder word = new StringBuilder();
    for (int i = begin; i < stop; i++) {
      word.appendCodePoint(Character.toLowerCase(text.at(i)));
    }
    return ABBREVIATIONS.contains(word.toString());
  }

  private static boolean isWordPart(int codePoint) {
    return Character.isLetter(codePoint) || codePoint == '.';
  }

  private boolean isListItem(int at) {
    int first = text.at(at);
    if (first == '-' || first == '*' || first == '+' || first == '•') {
      return isSpaceAt(at + 1);
    }
    int digits = at;
    while (digits < text.size() && digits - at < 4 && Character.isDigit(text.at(digits))) {
      digits++;
    }
    boolean mark =
        digits > at && digits < text.size() && (text.at(digits) == '.' || text.at(digits) == ')');
    return mark && isSpaceAt(digits + 1);
  }

  private boolean isSpaceAt(int at) {
    return at < text.size() && isSpace(text.at(at));
  }

  /** White space in the sense of Unicode, no-break spaces included. */
  static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
  }

  private static boolean joined(int last, int next) {
    int type = Character.getType(next);
    return type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || next == 0x200D
        || last == 0x200D
        || (next >= 0x1F3FB && next <= 0x1F3FF);
  }
}
