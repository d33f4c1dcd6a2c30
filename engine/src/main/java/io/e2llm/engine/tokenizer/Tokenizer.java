package io.e2llm.engine.tokenizer;

import java.util.OptionalInt;

/**
 * A model's tokenizer, with the truncation and padding its file may bring along switched off.
 * Thread-safe.
 */
public interface Tokenizer extends AutoCloseable {
  /**
   * Anybody's text: strings that look like special tokens are plain text ({@code ids_as_text}).
   * Adds no special tokens. A decoder's text always continues a template: a tokenizer that puts a
   * space before texts (SentencePiece's BPE) puts none here.
   */
  Encoding encodeText(String text);

  /** Template text: special tokens in it are parsed. Adds no others. */
  Encoding encodeTemplate(String text);

  /** Ids of the specials the model wants before a text, for BERT {@code [CLS]}. */
  int[] prefixIds();

  /** Ids of the specials the model wants after a text, for BERT {@code [SEP]}. */
  int[] suffixIds();

  /**
   * The bytes one token stands for in running text: the UTF-8 of its piece, possibly part of a code
   * point. Empty for special tokens, and for ids past the vocabulary, which models have that pad
   * their embeddings. For tokenizers that mark word starts (SentencePiece), the leading space is
   * included.
   *
   * @throws IndexOutOfBoundsException when the id is negative
   */
  byte[] bytesOf(int id);

  /** The id of a token by its exact string, special tokens included. */
  OptionalInt idOf(String token);

  /** Ids run from 0 to this, exclusive. */
  int vocabularySize();

  /** The equivalent {@code tokenizer.json}, UTF-8. */
  byte[] json();

  /** Frees native memory. */
  @Override
  void close();
}
