package io.e2llm.engine.bundle;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor of a bundle.
 *
 * @param shape dimensions, outermost first
 * @param values fp32, row-major, in a direct buffer in native byte order; the taker's
 */
public record BundleTensor(List<Long> shape, ByteBuffer values) {
  /** Copies the shape. */
  public BundleTensor {
    shape = List.copyOf(shape);
  }
}
