package io.e2llm.engine.decoder;

import io.e2llm.engine.torch.KvPrecision;

/**
 * The numbers that make a decoder, checked.
 *
 * @param family {@code llama}, {@code qwen2} or {@code mistral}
 * @param layers layers
 * @param hiddenSize width of the embedding space
 * @param heads query heads
 * @param kvHeads key-value heads; divides {@code heads}
 * @param headSize width of a head; even
 * @param intermediateSize width inside the MLP
 * @param vocabulary size of the vocabulary
 * @param window most tokens of one sequence
 * @param slidingWindow tokens that a token sees, itself included; 0 when it sees all
 * @param epsilon of the RMS norms
 * @param tiedHead whether the head is the embedding table
 * @param rope rotary positions
 */
record DecoderConfig(
    String family,
    int layers,
    int hiddenSize,
    int heads,
    int kvHeads,
    int headSize,
    int intermediateSize,
    int vocabulary,
    int window,
    int slidingWindow,
    double epsilon,
    boolean tiedHead,
    Rope rope) {
  /** Bytes of KV cache for each token. */
  long kvBytesPerToken(KvPrecision precision) {
    return 2L * layers * kvHeads * precision.bytes(headSize);
  }
}
