package io.e2llm.engine.encoder;

import java.io.Serial;

/** A chunk has more tokens than the encoder takes; chunks are never truncated. */
public final class ChunkTooLongException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** A chunk of {@code tokens} tokens, specials included, where {@code limit} are allowed. */
  public ChunkTooLongException(int tokens, int limit) {
    super("chunk of " + tokens + " tokens exceeds the encoder's " + limit);
  }
}
