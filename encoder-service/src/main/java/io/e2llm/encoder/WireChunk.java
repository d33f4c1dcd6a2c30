package io.e2llm.encoder;

import io.e2llm.common.tensor.TensorCodec;
import io.e2llm.engine.encoder.EncodedChunk;
import io.e2llm.engine.encoder.EncoderDescription;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.tensor.v1.DataType;
import io.e2llm.tensor.v1.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A result as it is cached and as it leaves: converted once, so that an answer from the cache is
 * bit for bit the answer that was computed, and is sent without a copy.
 *
 * @param softPrompt BF16 [soft_tokens, pooled_width]; null when the ratio was 0
 * @param embedding F32 [embedding_width]
 * @param tokens encoder tokens of the text, without specials and prefix
 */
record WireChunk(@Nullable Tensor softPrompt, Tensor embedding, int tokens) {
  /** About what the objects around the data weigh: record, two messages, digest, cache entry. */
  private static final int OVERHEAD_BYTES = 512;

  /** The largest finite BF16; what is larger would round to infinity. */
  private static final float LARGEST_BF16 = Float.intBitsToFloat(0x7F7F0000);

  /**
   * Converts what the model returned.
   *
   * @throws IllegalStateException when the model broke its word: a missing or unasked-for soft
   *     prompt, another width than it describes, NaN, infinity or what BF16 cannot hold
   */
  static WireChunk of(EncodedChunk chunk, int ratio, int tokens, EncoderDescription encoder) {
    SoftPrompt softPrompt = chunk.softPrompt();
    require((softPrompt != null) == (ratio != 0), "a soft prompt came unasked, or did not come");
    float[] embedding = chunk.embedding();
    require(embedding.length == encoder.embeddingWidth(), "an embedding of another width");
    requireFinite(embedding);
    return new WireChunk(
        softPrompt == null ? null : bf16(softPrompt, encoder.pooledWidth()),
        TensorCodec.encodeVector(embedding, DataType.DATA_TYPE_F32),
        tokens);
  }

  /** What this entry takes of the cache. */
  int weightBytes() {
    return OVERHEAD_BYTES
        + embedding.getData().size()
        + (softPrompt == null ? 0 : softPrompt.getData().size());
  }

  private static Tensor bf16(SoftPrompt softPrompt, int width) {
    require(softPrompt.width() == width, "a soft prompt of another width");
    requireFinite(softPrompt.values());
    return TensorCodec.encode(softPrompt.values(), softPrompt.rows(), DataType.DATA_TYPE_BF16);
  }

  private static void requireFinite(float[] values) {
    for (float value : values) {
      require(Math.abs(value) <= LARGEST_BF16, "NaN, infinity or a value out of range");
    }
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalStateException("the encoder returned " + problem);
    }
  }
}
