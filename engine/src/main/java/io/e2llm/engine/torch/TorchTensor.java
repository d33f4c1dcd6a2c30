package io.e2llm.engine.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * A tensor of libtorch, owned by whoever made it or received it. Confined to one thread at a time.
 */
public final class TorchTensor implements AutoCloseable {
  private final PtNDArray array;
  private boolean open = true;

  TorchTensor(PtNDArray array) {
    this.array = array;
    NativeObjects.made();
  }

  /** fp32 over the bytes of {@code data}; see {@link #over}. */
  public static TorchTensor ofFloats(ByteBuffer data, long... shape) {
    return over(data, DataType.FLOAT32, shape);
  }

  /** int8 over the bytes of {@code data}; see {@link #over}. */
  public static TorchTensor ofBytes(ByteBuffer data, long... shape) {
    return over(data, DataType.INT8, shape);
  }

  /** int64 over the bytes of {@code data}; see {@link #over}. */
  public static TorchTensor ofLongs(ByteBuffer data, long... shape) {
    return over(data, DataType.INT64, shape);
  }

  /** int64 of these values, in memory of its own. */
  public static TorchTensor of(int[] values, long... shape) {
    ByteBuffer bytes = buffer(values.length, Long.BYTES);
    LongBuffer longs = bytes.asLongBuffer();
    for (int value : values) {
      longs.put(value);
    }
    return ofLongs(bytes, shape);
  }

  /** int64 of these values, of one dimension. */
  public static TorchTensor vector(int... values) {
    return of(values, values.length);
  }

  /** fp32 of these values, in memory of its own. */
  public static TorchTensor of(float[] values, long... shape) {
    ByteBuffer bytes = buffer(values.length, Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return ofFloats(bytes, shape);
  }

  private static ByteBuffer buffer(int elements, int bytesOfEach) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(elements, bytesOfEach))
        .order(ByteOrder.nativeOrder());
  }

  /**
   * fp32 over the bytes of {@code data}, see {@link #over}, whose gradient {@link Autograd} fills.
   */
  public static TorchTensor parameter(ByteBuffer data, long... shape) {
    TorchTensor parameter = ofFloats(data, shape);
    parameter.array.setRequiresGradient(true);
    return parameter;
  }

  /** The same values, in the same memory, without what they depend on and with a gradient. */
  public TorchTensor leaf() {
    PtNDArray leaf = JniUtils.detachGradient(array());
    leaf.setRequiresGradient(true);
    return new TorchTensor(leaf);
  }

  /**
   * The gradient that has added up, in the memory in which it goes on adding up; zeros at first.
   */
  public TorchTensor gradient() {
    return new TorchTensor(array().getGradient());
  }

  /**
   * A tensor that shares the memory of a direct buffer, from its index 0.
   *
   * <p>The tensor keeps the buffer reachable until it is closed. Where libtorch keeps the tensor
   * for longer (a module that stores it), the caller keeps the buffer for as long.
   */
  private static TorchTensor over(ByteBuffer data, DataType type, long... shape) {
    long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (!data.isDirect() || data.capacity() < elements * type.getNumOfBytes()) {
      throw new IllegalArgumentException(
          "a direct buffer for " + Arrays.toString(shape) + " is needed");
    }
    PtNDManager manager = TorchRuntime.manager();
    return new TorchTensor(
        JniUtils.createNdFromByteBuffer(
            manager,
            data,
            new Shape(shape),
            type,
            ai.djl.ndarray.types.SparseFormat.DENSE,
            ai.djl.Device.cpu()));
  }

  /** Its dimensions, outermost first. */
  public long[] shape() {
    return array().getShape().getShape();
  }

  /** Whether its elements are int8. */
  public boolean isBytes() {
    return array().getDataType() == DataType.INT8;
  }

  /** A copy of its elements' bytes, row-major, in this machine's order. */
  public ByteBuffer bytes() {
    return array().toByteBuffer(true);
  }

  /** Copies fp32 elements, row-major, into {@code into} from its position, which moves on. */
  public void copyTo(FloatBuffer into) {
    into.put(array().toByteBuffer(true).asFloatBuffer());
  }

  /** Its fp32 elements, row-major, on the heap. */
  public float[] toFloats() {
    return array().toFloatArray();
  }

  /** Its int64 elements, row-major, on the heap. */
  public long[] toLongs() {
    return array().toLongArray();
  }

  PtNDArray array() {
    if (!open) {
      throw new IllegalStateException("tensor is closed");
    }
    return array;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      array.close();
      NativeObjects.closed();
    }
  }
}
