package io.e2llm.engine.lora;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.weights.TensorInfo;
import io.e2llm.engine.weights.Weights;
import java.nio.FloatBuffer;
import java.util.List;

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

  /**
   * Reads a pair.
   *
   * @param file its name, for messages
   * @param a name of its first tensor
   * @param b name of its second
   * @throws ModelException naming a tensor that is missing, of another rank or not finite
   */
  public static LoraPair read(Weights weights, String file, String a, String b, int rank) {
    List<Long> shapeOfA = shape(weights, file, a);
    List<Long> shapeOfB = shape(weights, file, b);
    if (shapeOfA.size() != 2 || shapeOfA.getFirst() != rank) {
      throw new ModelException(
          "%s: tensor %s: shape %s, but [%d, in] is wanted".formatted(file, a, shapeOfA, rank));
    }
    if (shapeOfB.size() != 2 || shapeOfB.getLast() != rank) {
      throw new ModelException(
          "%s: tensor %s: shape %s, but [out, %d] is wanted".formatted(file, b, shapeOfB, rank));
    }
    return new LoraPair(values(weights, file, a), values(weights, file, b), rank);
  }

  private static List<Long> shape(Weights weights, String file, String name) {
    TensorInfo info = weights.tensors().get(name);
    if (info == null) {
      throw new ModelException("%s: tensor %s: is missing".formatted(file, name));
    }
    return info.shape();
  }

  private static FloatBuffer values(Weights weights, String file, String name) {
    FloatBuffer values = weights.readFp32(name).asFloatBuffer();
    for (int i = 0; i < values.capacity(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw new ModelException("%s: tensor %s: NaN or infinity".formatted(file, name));
      }
    }
    return values;
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
