package io.e2llm.engine.decoder;

import java.util.Set;

/**
 * What a decoder is. See {@code DecoderInfo} in the decoder's contract.
 *
 * @param model name for people
 * @param identity hex SHA-256 over weights, tokenizer, LoRA and precision
 * @param bundleDigest digest of the adapter bundle; empty without one
 * @param pooledWidth width of the soft prompts the adapter takes; 0 without a bundle
 * @param hiddenSize width of the embedding space
 * @param window most tokens of one sequence
 * @param vocabulary size of the vocabulary
 * @param endTokens ids that end a generation
 * @param kvBytesPerToken bytes of KV cache for each token of a sequence
 * @param precision arithmetic, for example {@code fp32}
 */
public record DecoderDescription(
    String model,
    String identity,
    String bundleDigest,
    int pooledWidth,
    int hiddenSize,
    int window,
    int vocabulary,
    Set<Integer> endTokens,
    long kvBytesPerToken,
    String precision) {
  /** Copies the end tokens. */
  public DecoderDescription {
    endTokens = Set.copyOf(endTokens);
  }
}
