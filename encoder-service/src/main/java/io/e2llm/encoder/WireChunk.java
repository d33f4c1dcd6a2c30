package io.e2llm.encoder;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.e2llm.engine.encoder.EncodedChunk;
import io.e2llm.engine.encoder.EncoderDescription;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.tensor.v1.DataType;
import io.e2llm.tensor.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  /**
   * Converts what the model returned.
   *
   * @throws IllegalStateException when the model broke its word: a missing or unasked-for soft
   *     prompt, another width than it describes, NaN or infinity
   */
  static WireChunk of(EncodedChunk chunk, int ratio, int tokens, EncoderDescription encoder) {
    SoftPrompt softPrompt = chunk.softPrompt();
    if ((softPrompt != null) != (ratio != 0)) {
      throw new IllegalStateException("soft prompt present: " + (softPrompt != null));
    }
    float[] embedding = chunk.embedding();
    requireWidth("embedding", embedding.length, encoder.embeddingWidth());
    return new WireChunk(
        softPrompt == null ? null : bf16(softPrompt, encoder.pooledWidth()),
        tensor(DataType.DATA_TYPE_F32, f32(embedding)).addShape(embedding.length).build(),
        tokens);
  }

  /** What this entry takes of the cache. */
  int weightBytes() {
    return OVERHEAD_BYTES
        + embedding.getData().size()
        + (softPrompt == null ? 0 : softPrompt.getData().size());
  }

  private static Tensor bf16(SoftPrompt softPrompt, int width) {
    requireWidth("soft prompt", softPrompt.width(), width);
    ByteBuffer bytes = littleEndian(softPrompt.values().length * Short.BYTES);
    for (float value : softPrompt.values()) {
      bytes.putShort(toBf16(value));
    }
    return tensor(DataType.DATA_TYPE_BF16, bytes.flip())
        .addShape(softPrompt.rows())
        .addShape(softPrompt.width())
        .build();
  }

  /** Rounds to the nearest, ties to even; what rounds to infinity is refused. */
  private static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16;
    requireFinite(value);
    requireFinite(Float.intBitsToFloat(rounded << 16));
    return (short) rounded;
  }

  private static ByteBuffer f32(float[] values) {
    ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
    for (float value : values) {
      requireFinite(value);
      bytes.putFloat(value);
    }
    return bytes.flip();
  }

  private static ByteBuffer littleEndian(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Wraps without a copy: nobody else holds the buffer. */
  private static Tensor.Builder tensor(DataType dtype, ByteBuffer bytes) {
    ByteString data = UnsafeByteOperations.unsafeWrap(bytes);
    return Tensor.newBuilder().setDtype(dtype).setData(data);
  }

  private static void requireWidth(String what, int width, int expected) {
    if (width != expected) {
      throw new IllegalStateException(what + " is " + width + " wide, not " + expected);
    }
  }

  private static void requireFinite(float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalStateException("the encoder returned " + value);
    }
  }
}
