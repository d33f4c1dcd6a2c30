package io.e2llm.common.tensor;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.tensor.v1.DataType;
import io.e2llm.tensor.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Tensors to and from their wire form. Stateless and thread-safe. */
public final class TensorCodec {
  private TensorCodec() {}

  /**
   * A tensor from the wire. Type, shape, byte length and width are checked before anything is
   * allocated; NaN and infinity are refused.
   *
   * @param width the width the model wants
   * @param maxRows most rows allowed
   * @throws ServingException TENSOR_MALFORMED, TENSOR_WIDTH or TENSOR_NOT_FINITE
   */
  public static DenseTensor decode(Tensor tensor, int width, int maxRows) {
    int bytesPerElement = bytesPerElement(tensor.getDtype());
    List<Integer> shape = tensor.getShapeList();
    if (shape.isEmpty() || shape.size() > 2) {
      throw malformed("a tensor has one or two dimensions, not " + shape.size());
    }
    long rows = shape.size() == 1 ? 1 : Integer.toUnsignedLong(shape.get(0));
    long columns = Integer.toUnsignedLong(shape.get(shape.size() - 1));
    if (columns != width) {
      throw new ServingException(
          Reason.TENSOR_WIDTH, "a tensor is " + columns + " wide where " + width + " is wanted");
    }
    if (rows < 1 || rows > maxRows) {
      throw malformed("a tensor has " + rows + " rows where 1 to " + maxRows + " are allowed");
    }
    // At most 2^31 * 2^31 * 4: this cannot overflow a long.
    if (rows * columns * bytesPerElement != tensor.getData().size()) {
      throw malformed(
          "a tensor of shape ["
              + rows
              + ", "
              + columns
              + "] does not take "
              + tensor.getData().size()
              + " bytes");
    }
    float[] values = new float[Math.toIntExact(rows * columns)];
    read(tensor, values);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new ServingException(Reason.TENSOR_NOT_FINITE, "a tensor holds NaN or infinity");
      }
    }
    return new DenseTensor((int) rows, width, values);
  }

  /** A matrix {@code [rows, values.length / rows]} on the wire. */
  public static Tensor encode(float[] values, int rows, DataType type) {
    return Tensor.newBuilder()
        .setDtype(type)
        .addShape(rows)
        .addShape(values.length / rows)
        .setData(bytes(values, type))
        .build();
  }

  /** A vector {@code [values.length]} on the wire. */
  public static Tensor encodeVector(float[] values, DataType type) {
    return Tensor.newBuilder()
        .setDtype(type)
        .addShape(values.length)
        .setData(bytes(values, type))
        .build();
  }

  /** Elements as little-endian bytes, rounded to nearest even where the type is narrower. */
  public static ByteString bytes(float[] values, DataType type) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(values.length, bytesPerElement(type)))
            .order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case DATA_TYPE_F32 -> buffer.asFloatBuffer().put(values);
      case DATA_TYPE_F16 -> {
        for (float value : values) {
          buffer.putShort(Float.floatToFloat16(value));
        }
      }
      case DATA_TYPE_BF16 -> {
        for (float value : values) {
          buffer.putShort(toBfloat16(value));
        }
      }
      case DATA_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw malformed("a tensor has no known type");
    }
    return UnsafeByteOperations.unsafeWrap(buffer.array());
  }

  private static void read(Tensor tensor, float[] into) {
    ByteBuffer data = tensor.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    switch (tensor.getDtype()) {
      case DATA_TYPE_F32 -> data.asFloatBuffer().get(into);
      case DATA_TYPE_F16 -> {
        for (int i = 0; i < into.length; i++) {
          into[i] = Float.float16ToFloat(data.getShort());
        }
      }
      case DATA_TYPE_BF16 -> {
        for (int i = 0; i < into.length; i++) {
          into[i] = Float.intBitsToFloat(data.getShort() << 16);
        }
      }
      case DATA_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw malformed("a tensor has no known type");
    }
  }

  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  private static int bytesPerElement(DataType type) {
    return switch (type) {
      case DATA_TYPE_F32 -> 4;
      case DATA_TYPE_F16, DATA_TYPE_BF16 -> 2;
      case DATA_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw malformed("a tensor has no known type");
    };
  }

  private static ServingException malformed(String message) {
    return new ServingException(Reason.TENSOR_MALFORMED, message);
  }
}
