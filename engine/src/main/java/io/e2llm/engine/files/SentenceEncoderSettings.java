package io.e2llm.engine.files;

/**
 * How a sentence encoder is to be used.
 *
 * @param pooling how token states become a sentence embedding
 * @param maxTokens longest text in tokens, specials included
 * @param normalized whether the model itself scales embeddings to length 1
 * @param queryPrefix what stands before a question; may be empty
 * @param passagePrefix what stands before a passage; may be empty
 */
public record SentenceEncoderSettings(
    Pooling pooling, int maxTokens, boolean normalized, String queryPrefix, String passagePrefix) {

  /** How token states become one vector. */
  public enum Pooling {
    /** The first token's state. */
    CLS,
    /** The mean of all tokens' states. */
    MEAN
  }
}
