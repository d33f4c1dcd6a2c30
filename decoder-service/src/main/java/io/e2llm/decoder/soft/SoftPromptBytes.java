package io.e2llm.decoder.soft;

import io.e2llm.common.tensor.DenseTensor;
import io.e2llm.common.tensor.TensorCodec;
import io.e2llm.common.tensor.TensorDigest;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.tensor.v1.Tensor;
import java.nio.ByteBuffer;

/**
 * A soft prompt as it came over the wire, which takes half the memory of its fp32 values when it is
 * BF16.
 *
 * @param digest of its bytes, computed here and never taken from a sender
 * @param rows soft tokens, at least 1
 * @param tensor {@code [rows, pooledWidth]}, checked
 */
public record SoftPromptBytes(ContentDigest digest, int rows, Tensor tensor) {
  /**
   * Checks and digests a tensor from the wire.
   *
   * @param width the pooled width
   * @param maxRows most rows allowed
   * @throws io.e2llm.common.error.ServingException TENSOR_MALFORMED, TENSOR_WIDTH or
   *     TENSOR_NOT_FINITE
   */
  public static SoftPromptBytes of(Tensor tensor, int width, int maxRows) {
    DenseTensor values = TensorCodec.decode(tensor, width, maxRows);
    ByteBuffer digest = ByteBuffer.wrap(TensorDigest.of(tensor));
    return new SoftPromptBytes(ContentDigest.of(digest), values.rows(), tensor);
  }

  /** Bytes it takes. */
  public int bytes() {
    return tensor.getData().size();
  }

  /** Its values. */
  public SoftPrompt values() {
    int width = tensor.getShape(tensor.getShapeCount() - 1);
    DenseTensor values = TensorCodec.decode(tensor, width, rows);
    return new SoftPrompt(rows, width, values.values());
  }
}
