package io.e2llm.engine.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class Int8KernelsTest {
  @Test
  void largestWeight_onThisCpu_isOneOfTwo() {
    assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "8-bit kernels are looked for on x86-64");
    assertTrue(Int8Kernels.present());
    assertTrue(Set.of(63, 127).contains(Int8Kernels.largestWeight()));
  }

  @Test
  void on_auto_isWhatTheDeviceHas() {
    Precision cpu = Int8Kernels.present() ? Precision.INT8 : Precision.FP32;
    assertEquals(cpu, PrecisionChoice.AUTO.on(TorchDevice.CPU));
    assertEquals(Precision.BF16, PrecisionChoice.AUTO.on(TorchDevice.CUDA));
    assertEquals(Precision.FP32, PrecisionChoice.FP32.on(TorchDevice.CPU));
  }
}
