package io.e2llm.engine.weights;

import java.util.List;

/**
 * What a weight file says of one tensor.
 *
 * @param name Hugging Face name
 * @param type how elements are stored
 * @param shape dimensions, outermost first; empty for a scalar
 */
public record TensorInfo(String name, WeightType type, List<Long> shape) {
  /** Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Product of the dimensions. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
