package io.e2llm.common.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.tensor.v1.DataType;
import io.e2llm.tensor.v1.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TensorCodecTest {
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"DATA_TYPE_F32", "DATA_TYPE_F16", "DATA_TYPE_BF16"})
  void representableValues_comeBackAsTheyWere(DataType type) {
    float[] values = {0f, -1f, 1.5f, 256f, -0.015625f, 3f};
    DenseTensor back = TensorCodec.decode(TensorCodec.encode(values, 2, type), 3, 2);
    assertEquals(2, back.rows());
    assertArrayEquals(values, back.values());
  }

  @Test
  void bfloat16_roundsToNearestEven() {
    float between = Float.intBitsToFloat(0x3f808000); // halfway between 0x3f80 and 0x3f81
    float above = Float.intBitsToFloat(0x3f818000); // halfway between 0x3f81 and 0x3f82
    Tensor tensor = TensorCodec.encodeVector(new float[] {between, above}, DataType.DATA_TYPE_BF16);
    float[] back = TensorCodec.decode(tensor, 2, 1).values();
    assertEquals(0x3f800000, Float.floatToRawIntBits(back[0]));
    assertEquals(0x3f820000, Float.floatToRawIntBits(back[1]));
  }

  @Test
  void widthOtherThanTheModels_isRefused() {
    Tensor tensor = TensorCodec.encode(new float[4], 2, DataType.DATA_TYPE_F32);
    assertEquals(Reason.TENSOR_WIDTH, refusal(tensor, 3, 10));
  }

  @Test
  void moreRowsThanAllowed_areRefused() {
    Tensor tensor = TensorCodec.encode(new float[4], 2, DataType.DATA_TYPE_F32);
    assertEquals(Reason.TENSOR_MALFORMED, refusal(tensor, 2, 1));
  }

  @Test
  void shapeThatDoesNotMatchItsBytes_isRefusedBeforeAllocation() {
    Tensor huge =
        Tensor.newBuilder()
            .setDtype(DataType.DATA_TYPE_F32)
            .addShape(Integer.MAX_VALUE)
            .addShape(Integer.MAX_VALUE)
            .setData(ByteString.copyFrom(new byte[16]))
            .build();
    assertEquals(Reason.TENSOR_MALFORMED, refusal(huge, Integer.MAX_VALUE, Integer.MAX_VALUE));
  }

  @Test
  void negativeLookingDimension_isRefused() {
    Tensor tensor =
        Tensor.newBuilder().setDtype(DataType.DATA_TYPE_F32).addShape(-1).addShape(2).build();
    assertEquals(Reason.TENSOR_MALFORMED, refusal(tensor, 2, Integer.MAX_VALUE));
  }

  @Test
  void noRowsAndNoShapeAndThreeDimensions_areRefused() {
    Tensor none = Tensor.newBuilder().setDtype(DataType.DATA_TYPE_F32).build();
    assertEquals(Reason.TENSOR_MALFORMED, refusal(none, 2, 10));
    assertEquals(
        Reason.TENSOR_MALFORMED, refusal(none.toBuilder().addShape(0).addShape(2).build(), 2, 10));
    Tensor three = none.toBuilder().addShape(1).addShape(1).addShape(2).build();
    assertEquals(Reason.TENSOR_MALFORMED, refusal(three, 2, 10));
  }

  @Test
  void unknownType_isRefused() {
    Tensor tensor = Tensor.newBuilder().setDtypeValue(99).addShape(1).build();
    assertEquals(Reason.TENSOR_MALFORMED, refusal(tensor, 1, 1));
  }

  @Test
  void nanAndInfinity_areRefused() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (DataType type : new DataType[] {DataType.DATA_TYPE_F32, DataType.DATA_TYPE_BF16}) {
        Tensor tensor = TensorCodec.encodeVector(new float[] {1f, bad}, type);
        assertEquals(Reason.TENSOR_NOT_FINITE, refusal(tensor, 2, 1));
      }
    }
  }

  private static Reason refusal(Tensor tensor, int width, int maxRows) {
    return assertThrows(ServingException.class, () -> TensorCodec.decode(tensor, width, maxRows))
        .reason();
  }
}
