package io.e2llm.engine.lora;

import io.e2llm.engine.ModelException;
import java.nio.FloatBuffer;

/**
 * What stands beside one weight {@code [out, in]}.
 *
 * @param a {@code [rank, in]}, row-major
 * @param b {@code [out, rank]}, row-major
 * @param rank of the product
 */
public record LoraPair(FloatBuffer a, FloatBuffer b, int rank) {
  /** Checks the sizes. */
  public LoraPair {
    if (rank < 1 || a.capacity() % rank != 0 || b.capacity() % rank != 0) {
      throw new ModelException(
          "LoRA of rank %d: a of %d and b of %d elements"
              .formatted(rank, a.capacity(), b.capacity()));
    }
  }

  /** Width of what the layer reads. */
  public int in() {
    return a.capacity() / rank;
  }

  /** Width of what the layer gives. */
  public int out() {
    return b.capacity() / rank;
  }

  /** Adds some rows of {@code factor * b a} to {@code values}, which holds just these rows. */
  void addTo(FloatBuffer values, int firstRow, int rows, double factor) {
    int in = in();
    float[] rowsOfA = new float[a.capacity()];
    a.get(0, rowsOfA);
    float[] row = new float[in];
    for (int o = 0; o < rows; o++) {
      values.get(o * in, row);
      for (int r = 0; r < rank; r++) {
        float share = (float) (factor * b.get((firstRow + o) * rank + r));
        int begin = r * in;
        for (int i = 0; i < in; i++) {
          row[i] += share * rowsOfA[begin + i];
        }
      }
      values.put(o * in, row);
    }
  }
}
