package io.e2llm.engine.torch;

/**
 * The sources of linear layers and attention, which depend on the device and come in several with
 * the same functions. Names of this package's resources.
 *
 * @param linear source of {@code pack}, {@code linear}, {@code linear_add}, {@code swiglu} and
 *     {@code linear_unpacked}
 * @param attention source of {@code attend} and {@code attend_window}
 */
public record Operators(String linear, String attention) {
  /** What runs on every device and in every precision. */
  public static final Operators PORTABLE =
      new Operators("linear_portable.py", "attention_portable.py");

  /** The fastest for a device. */
  public static Operators of(TorchOptions options) {
    if (options.device() != TorchDevice.CPU) {
      return PORTABLE;
    }
    return new Operators(
        TorchRuntime.hasOneDnn() ? "linear_onednn.py" : "linear_portable.py", "attention_cpu.py");
  }
}
