package io.e2llm.decoder.call;

import com.google.protobuf.ByteString;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.tensor.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads a soft prompt off the wire; nothing is allocated before type, shape and bytes agree. */
final class SoftPromptTensor {
  private SoftPromptTensor() {}

  static SoftPrompt read(Tensor tensor, int width, int mostRows) {
    int size =
        switch (tensor.getDtype()) {
          case DATA_TYPE_F32 -> 4;
          case DATA_TYPE_F16, DATA_TYPE_BF16 -> 2;
          case DATA_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw malformed("its type is unknown");
        };
    if (tensor.getShapeCount() != 2) {
      throw malformed("it has " + tensor.getShapeCount() + " dimensions, not 2");
    }
    long rows = Integer.toUnsignedLong(tensor.getShape(0));
    long columns = Integer.toUnsignedLong(tensor.getShape(1));
    if (columns != width) {
      throw new ServingException(
          Reason.TENSOR_WIDTH, "a soft prompt is " + columns + " wide; " + width + " is wanted");
    }
    ByteString data = tensor.getData();
    if (rows < 1 || rows > mostRows || rows * columns * size != data.size()) {
      throw malformed("[" + rows + ", " + columns + "] does not match " + data.size() + " bytes");
    }
    float[] values = new float[(int) (rows * columns)];
    ByteBuffer bytes = data.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (tensor.getDtype()) {
            case DATA_TYPE_F32 -> bytes.getFloat();
            case DATA_TYPE_F16 -> Float.float16ToFloat(bytes.getShort());
            default -> Float.intBitsToFloat(bytes.getShort() << 16);
          };
      if (!Float.isFinite(values[i])) {
        throw new ServingException(Reason.TENSOR_NOT_FINITE, "a soft prompt holds NaN or infinity");
      }
    }
    return new SoftPrompt((int) rows, width, values);
  }

  private static ServingException malformed(String how) {
    return new ServingException(Reason.TENSOR_MALFORMED, "a soft prompt is malformed: " + how);
  }
}
