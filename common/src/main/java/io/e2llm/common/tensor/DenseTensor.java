package io.e2llm.common.tensor;

/**
 * A dense fp32 tensor on the heap, row-major.
 *
 * @param rows first dimension; 1 for a vector
 * @param width last dimension
 * @param values {@code rows * width} finite values
 */
@SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
public record DenseTensor(int rows, int width, float[] values) {
  /** Checks the shape against the length. */
  public DenseTensor {
    if (rows < 1 || width < 1 || (long) rows * width != values.length) {
      throw new IllegalArgumentException(
          "tensor of [" + rows + ", " + width + "] with " + values.length + " values");
    }
  }
}
