package io.e2llm.engine.torch;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The TorchScript sources of this folder. Linear layers and attention come in several, with the
 * same functions; which one is used depends on the device.
 */
public final class TorchSources {
  private TorchSources() {}

  /** Source of the functions {@code pack}, {@code linear}, {@code linear_add}, {@code swiglu}. */
  public static String linear(TorchOptions options) {
    return options.device() == TorchDevice.CPU && TorchRuntime.hasOneDnn()
        ? "linear_onednn.py"
        : "linear_portable.py";
  }

  /** Source of the functions {@code attend} and {@code attend_window}. */
  public static String attention(TorchOptions options) {
    return options.device() == TorchDevice.CPU ? "attention_cpu.py" : "attention_portable.py";
  }

  /** The texts of these sources, one after the other. */
  public static String join(String... names) {
    return Stream.of(names)
        .map(name -> TorchScriptPacker.source(TorchSources.class, name))
        .collect(Collectors.joining("\n"));
  }
}
