package io.e2llm.engine.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorchModuleTest {
  private static final String SOURCE = TorchScriptPacker.source(TorchModuleTest.class, "probe.py");

  @Test
  void attributes_ofEveryKind_reachTheObject() {
    try (TorchModule probe = probe()) {
      assertEquals(3 + (1L << 40) + 15 + 4, integer(probe, "summary"));
      try (TorchResult real = probe.run("real")) {
        assertEquals(1.75, real.real());
      }
    }
  }

  @Test
  void run_tensors_goInAndComeOut() {
    try (TorchModule probe = probe();
        TorchTensor weight = floats(new float[] {1, 2, 3, 4}, 2, 2);
        TorchTensor x = floats(new float[] {1, 1}, 1, 2)) {
      probe.call("load", ScriptArgument.of(List.of(weight)));
      try (TorchTensor y = probe.tensor("multiply", ScriptArgument.of(x), ScriptArgument.of(2.0))) {
        assertArrayEquals(new long[] {1, 2}, y.shape());
        FloatBuffer copy = FloatBuffer.allocate(2);
        y.copyTo(copy);
        assertArrayEquals(new float[] {8, 12}, copy.array());
      }
      try (TorchResult result =
          probe.run("repeat", ScriptArgument.of(x), ScriptArgument.ofInts(5, 6))) {
        List<TorchTensor> tensors = result.tensors();
        assertArrayEquals(new float[] {6, 6}, tensors.get(1).toFloats());
        tensors.forEach(TorchTensor::close);
      }
    }
  }

  @Test
  void run_failingOperation_isToldInOneLine() {
    try (TorchModule probe = probe();
        TorchTensor x = floats(new float[] {1, 1}, 1, 2)) {
      IllegalStateException failure =
          assertThrows(IllegalStateException.class, () -> probe.call("fail", ScriptArgument.of(x)));
      String message = String.valueOf(failure.getMessage());
      assertTrue(message.startsWith("Probe.fail: "), message);
      assertTrue(message.contains("cannot be multiplied"), message);
      assertFalse(message.contains("\n"), message);
    }
  }

  @Test
  void run_resultLargerThanMemory_isToldAsSuch() {
    try (TorchModule probe = probe()) {
      ScriptArgument many = ScriptArgument.of(1L << 24);
      MemoryExhaustedException failure =
          assertThrows(MemoryExhaustedException.class, () -> probe.run("zeros", many, many));
      assertTrue(String.valueOf(failure.getMessage()).startsWith("Probe.zeros: "));
    }
  }

  @Test
  void load_badSource_isRefused() {
    assertThrows(
        ModelException.class,
        () -> TorchModule.load("class Probe(Module):\n  nonsense", "Probe", Map.of()));
  }

  @Test
  void load_missingAttribute_isRefused() {
    assertThrows(ModelException.class, () -> TorchModule.load(SOURCE, "Probe", Map.of()));
  }

  @Test
  void close_everything_leavesNoNativeObject() {
    long before = NativeObjects.live();
    try (TorchModule probe = probe();
        TorchTensor x = floats(new float[] {1, 1}, 1, 2)) {
      assertThrows(IllegalStateException.class, () -> probe.call("fail", ScriptArgument.of(x)));
      try (TorchResult result =
          probe.run("repeat", ScriptArgument.of(x), ScriptArgument.ofInts(5))) {
        List<TorchTensor> tensors = result.tensors();
        assertEquals(before + 4, NativeObjects.live());
        tensors.forEach(TorchTensor::close);
      }
    }
    assertEquals(before, NativeObjects.live());
  }

  private static TorchModule probe() {
    Map<String, ScriptAttribute> attributes = new LinkedHashMap<>();
    attributes.put("whole", ScriptAttribute.of(3));
    attributes.put("large", ScriptAttribute.of(1L << 40));
    attributes.put("part", ScriptAttribute.of(0.25));
    attributes.put("flag", ScriptAttribute.of(true));
    attributes.put("word", ScriptAttribute.of("word"));
    attributes.put("wholes", ScriptAttribute.ofInts(List.of(7L, 8L)));
    attributes.put("parts", ScriptAttribute.ofReals(List.of(0.5, 1.5)));
    attributes.put("weights", ScriptAttribute.noTensors());
    attributes.put("packed", ScriptAttribute.noPackedWeights());
    return TorchModule.load(SOURCE, "Probe", attributes);
  }

  private static long integer(TorchModule module, String method) {
    try (TorchResult result = module.run(method)) {
      return result.integer();
    }
  }

  private static TorchTensor floats(float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(values);
    return TorchTensor.ofFloats(bytes, shape);
  }
}
