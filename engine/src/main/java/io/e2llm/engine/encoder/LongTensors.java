package io.e2llm.engine.encoder;

import io.e2llm.engine.torch.TorchTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/** int64 tensors over fresh memory. */
final class LongTensors {
  private LongTensors() {}

  /** A tensor of these values; the caller closes it. */
  static TorchTensor of(int[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Long.BYTES))
            .order(ByteOrder.nativeOrder());
    LongBuffer longs = bytes.asLongBuffer();
    Arrays.stream(values).forEach(longs::put);
    return TorchTensor.ofLongs(bytes, shape);
  }

  /** A tensor of one dimension. */
  static TorchTensor of(int[] values) {
    return of(values, values.length);
  }
}
