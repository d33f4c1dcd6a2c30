package io.e2llm.gateway.tiers;

import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.engine.tokenizer.Tokenizer;

/**
 * The encoder a request works with.
 *
 * @param info what it is
 * @param tokenizer its tokenizer; owned by the {@link EncoderDirectory}
 * @param processes processes that hold it, when the request came
 */
public record EncoderView(EncoderInfo info, Tokenizer tokenizer, int processes) {
  /** Most tokens of a chunk, without specials. */
  public int chunkTokens() {
    return info.getChunkTokens() - info.getSpecialTokens();
  }
}
