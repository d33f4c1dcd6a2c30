package io.e2llm.cli.texts;

import io.e2llm.engine.tokenizer.Encoding;
import io.e2llm.engine.tokenizer.Tokenizer;

/** Measures texts in tokens of the decoder, or estimates where its tokenizer is not at hand. */
public sealed interface TokenMeasure {
  /** Tokens of a text. */
  int count(String text);

  /** The text's beginning of at most {@code tokens} tokens. */
  String first(String text, int tokens);

  /** Whether these are no tokens of a tokenizer. */
  boolean estimated();

  /**
   * By the decoder's own tokenizer.
   *
   * @param tokenizer open as long as this is used
   */
  record Exact(Tokenizer tokenizer) implements TokenMeasure {
    @Override
    public int count(String text) {
      return tokenizer.encodeText(text).size();
    }

    @Override
    public String first(String text, int tokens) {
      Encoding encoding = tokenizer.encodeText(text);
      return encoding.size() <= tokens
          ? text
          : text.substring(0, text.offsetByCodePoints(0, encoding.begins()[tokens]))
              .stripTrailing();
    }

    @Override
    public boolean estimated() {
      return false;
    }
  }

  /** By length: {@value #CHARACTERS} characters of English to a token. */
  record Estimate() implements TokenMeasure {
    static final double CHARACTERS = 4.6;

    @Override
    public int count(String text) {
      return (int) Math.ceil(text.length() / CHARACTERS);
    }

    @Override
    public String first(String text, int tokens) {
      int end = (int) Math.min(text.length(), Math.round(tokens * CHARACTERS));
      if (end > 0 && end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
        end--;
      }
      return text.substring(0, end).stripTrailing();
    }

    @Override
    public boolean estimated() {
      return true;
    }
  }
}
