package io.e2llm.engine.encoder;

import java.util.List;

/**
 * What an encoder is. See {@code EncoderInfo} in the encoder's contract, whose fields these are.
 *
 * @param model name for people
 * @param identity hex SHA-256 over all that soft prompts depend on but text, ratio and tenant
 * @param bundleDigest digest of the adapter bundle; empty without one
 * @param bundleTrained false for a seeded, untrained bundle
 * @param ratios ratios of the bundle, ascending; empty without one
 * @param pooledWidth width of a soft prompt's rows; 0 without a bundle
 * @param embeddingWidth width of a sentence embedding
 * @param chunkTokens largest chunk in tokens, specials included
 * @param specialTokens specials and prefix added to each chunk, at most
 * @param precision arithmetic, for example {@code fp32}
 * @param pooling pooling of soft prompts; empty without a bundle
 */
public record EncoderDescription(
    String model,
    String identity,
    String bundleDigest,
    boolean bundleTrained,
    List<Integer> ratios,
    int pooledWidth,
    int embeddingWidth,
    int chunkTokens,
    int specialTokens,
    String precision,
    String pooling) {
  /** Copies the ratios. */
  public EncoderDescription {
    ratios = List.copyOf(ratios);
  }
}
