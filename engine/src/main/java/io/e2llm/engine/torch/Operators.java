package io.e2llm.engine.torch;

import java.util.List;

/**
 * The sources of a decoder's arithmetic and attention, which depend on device and precision and
 * come in several with the same functions. Names of this package's resources.
 *
 * @param arithmetic sources of a layer's products and of the embedding and the head
 * @param attention source of {@code attend} and {@code attend_window}
 */
public record Operators(List<String> arithmetic, String attention) {
  /** What runs on every device and in every floating-point precision. */
  public static final Operators PORTABLE =
      new Operators(List.of("linear_portable.py", "floating.py"), "attention_portable.py");

  private static final String INT8 = "int8.py";

  /** Copies the names. */
  public Operators {
    arithmetic = List.copyOf(arithmetic);
  }

  /** The fastest for a device and precision. */
  public static Operators of(TorchOptions options) {
    if (options.device() != TorchDevice.CPU) {
      return PORTABLE;
    }
    if (options.precision() == Precision.INT8) {
      return new Operators(List.of(INT8), "attention_cpu.py");
    }
    String linear = TorchRuntime.hasOneDnn() ? "linear_onednn.py" : "linear_portable.py";
    return new Operators(List.of(linear, "floating.py"), "attention_cpu.py");
  }

  /** Whether weights are packed for the quantized kernels. */
  public boolean quantized() {
    return arithmetic.contains(INT8);
  }

  /** An empty list of packed weights. */
  public ScriptAttribute nothingPacked() {
    return quantized() ? ScriptAttribute.noPackedWeights() : ScriptAttribute.noTensors();
  }
}
