package io.e2llm.engine.torch;

import java.util.List;

/**
 * The sources of a decoder's arithmetic, attention and cache, which depend on device and precision
 * and come in several with the same functions. Names of this package's resources.
 *
 * @param arithmetic sources of a layer's products and of the embedding and the head
 * @param attention source of {@code attend}, {@code attend_singles}, {@code attend_weighed}, {@code
 *     attend_piece} and {@code merge}
 * @param cache source of {@code cells}, {@code keep} and {@code kept}
 */
public record Operators(List<String> arithmetic, String attention, String cache) {
  private static final String INT8 = "int8.py";

  /** Copies the names. */
  public Operators {
    arithmetic = List.copyOf(arithmetic);
  }

  /** The fastest for a device and precision. */
  public static Operators of(TorchOptions options) {
    if (options.device() != TorchDevice.CPU) {
      return portable(options);
    }
    if (options.precision() == Precision.INT8) {
      return new Operators(List.of(INT8), "attention_cpu.py", cache(options));
    }
    String linear = TorchRuntime.hasOneDnn() ? "linear_onednn.py" : "linear_portable.py";
    return new Operators(List.of(linear, "floating.py"), "attention_cpu.py", cache(options));
  }

  /** What runs on every device and in every floating-point precision. */
  public static Operators portable(TorchOptions options) {
    return new Operators(
        List.of("linear_portable.py", "floating.py"), "attention_portable.py", cache(options));
  }

  private static String cache(TorchOptions options) {
    return options.kv() == KvPrecision.INT8 ? "kv_int8.py" : "kv_floating.py";
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
