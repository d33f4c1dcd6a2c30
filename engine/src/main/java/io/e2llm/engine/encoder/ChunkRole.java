package io.e2llm.engine.encoder;

/** What a chunk's text is; some encoders put a prefix before it that depends on this. */
public enum ChunkRole {
  /** A piece of context. */
  PASSAGE,
  /** A piece of a question. */
  QUERY
}
