package io.e2llm.trainer.graph;

import io.e2llm.engine.torch.TorchTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A tensor that learns. Its values lie in memory of this process's own, where libtorch changes
 * them. Confined to one thread at a time.
 */
public final class Parameter implements AutoCloseable {
  private final String name;
  private final List<Long> shape;
  private final FloatBuffer values;
  private final TorchTensor tensor;

  /** A parameter of zeros. */
  public Parameter(String name, List<Long> shape) {
    this.name = name;
    this.shape = List.copyOf(shape);
    int elements = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(elements, Float.BYTES))
            .order(ByteOrder.nativeOrder());
    values = bytes.asFloatBuffer();
    tensor = TorchTensor.parameter(bytes, shape.stream().mapToLong(Long::longValue).toArray());
  }

  /** Its name in a bundle. */
  public String name() {
    return name;
  }

  /** Dimensions, outermost first. */
  public List<Long> shape() {
    return shape;
  }

  /** Its elements, row-major; what is put here is learned from. */
  public FloatBuffer values() {
    return values.duplicate();
  }

  /** Itself in libtorch; this object's to close. */
  public TorchTensor tensor() {
    return tensor;
  }

  @Override
  public void close() {
    tensor.close();
  }
}
