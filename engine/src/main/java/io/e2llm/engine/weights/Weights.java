package io.e2llm.engine.weights;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Named tensors in one or several weight files, under the names and layouts of Hugging Face
 * checkpoints (a GGUF file is presented that way too: names translated, permuted rows put back).
 * Thread-safe until closed.
 */
public interface Weights extends AutoCloseable {
  /** All tensors by name. */
  Map<String, TensorInfo> tensors();

  /**
   * One tensor's elements as fp32, dequantized, row-major, in a fresh direct buffer in native byte
   * order that the caller owns.
   *
   * @throws io.e2llm.engine.ModelException when there is no such tensor
   */
  ByteBuffer readFp32(String name);

  /**
   * Some rows of a tensor, as {@link #readFp32} gives them; for tensors whose fp32 form exceeds 2
   * GiB. A row is everything under one index of the first dimension.
   *
   * @throws io.e2llm.engine.ModelException when there is no such tensor
   * @throws IndexOutOfBoundsException when there are no such rows
   */
  ByteBuffer readFp32Rows(String name, long firstRow, long rows);

  /** Unmaps the files. */
  @Override
  void close();
}
