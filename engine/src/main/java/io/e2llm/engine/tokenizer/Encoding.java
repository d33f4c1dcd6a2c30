package io.e2llm.engine.tokenizer;

/**
 * A tokenized text. The arrays have one entry per token and belong to the caller.
 *
 * @param ids token ids
 * @param words index of the pre-tokenizer's word each token is part of, ascending from 0; -1 for
 *     special tokens
 * @param begins first code point of each token in the text
 * @param ends one past the last code point of each token in the text
 */
@SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
public record Encoding(int[] ids, int[] words, int[] begins, int[] ends) {
  /** Number of tokens. */
  public int size() {
    return ids.length;
  }
}
