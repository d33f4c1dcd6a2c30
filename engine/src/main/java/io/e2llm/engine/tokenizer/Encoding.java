package io.e2llm.engine.tokenizer;

import java.util.Arrays;
import java.util.stream.IntStream;

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

  /** This and the encoding of the text that follows, {@code codePoints} after this one's begin. */
  Encoding followedBy(Encoding next, int codePoints) {
    int firstWord = words.length == 0 ? 0 : Arrays.stream(words).max().orElse(-1) + 1;
    return new Encoding(
        IntStream.concat(IntStream.of(ids), IntStream.of(next.ids)).toArray(),
        IntStream.concat(
                IntStream.of(words),
                IntStream.of(next.words).map(word -> word < 0 ? word : word + firstWord))
            .toArray(),
        IntStream.concat(IntStream.of(begins), IntStream.of(next.begins).map(at -> at + codePoints))
            .toArray(),
        IntStream.concat(IntStream.of(ends), IntStream.of(next.ends).map(at -> at + codePoints))
            .toArray());
  }
}
