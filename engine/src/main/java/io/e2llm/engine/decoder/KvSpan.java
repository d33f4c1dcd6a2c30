package io.e2llm.engine.decoder;

/**
 * Consecutive tokens of one sequence's own KV cache, which other sequences may read as their
 * beginning.
 *
 * @param sequence handle of the sequence that read them
 * @param begin first of them, counted from the first token that the sequence read itself
 * @param length how many; at least 1
 */
public record KvSpan(int sequence, int begin, int length) {
  /** Checks the range. */
  public KvSpan {
    if (begin < 0 || length < 1) {
      throw new IllegalArgumentException("a span of " + length + " tokens from " + begin);
    }
  }

  /** The first tokens of the span, at most {@code tokens} of them. */
  public KvSpan first(int tokens) {
    return new KvSpan(sequence, begin, Math.min(tokens, length));
  }
}
