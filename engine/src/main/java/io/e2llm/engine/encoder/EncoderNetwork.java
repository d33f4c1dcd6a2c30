package io.e2llm.engine.encoder;

import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.ScriptAttribute;
import io.e2llm.engine.torch.TorchDevice;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.torch.TorchRuntime;
import io.e2llm.engine.torch.TorchScriptPacker;
import io.e2llm.engine.torch.TorchTensor;
import io.e2llm.engine.weights.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the TorchScript object of a text encoder and fills it with weights, one layer at a time:
 * the object copies them, and nothing of the files stays in use.
 */
final class EncoderNetwork {
  /** Linear layers with oneDNN: the CPU, fp32. */
  static final String ONE_DNN = "linear_onednn.py";

  /** Linear layers of 8-bit weights and activations: the CPU, int8. */
  static final String INT8 = "linear_int8.py";

  /** Linear layers for any device and floating-point precision. */
  static final String PORTABLE = "linear_portable.py";

  private EncoderNetwork() {}

  /**
   * Loads an encoder.
   *
   * @param layers whose hidden states are token states; may be empty
   * @param cls whether a sentence is embedded by its first token, else by the mean of all
   * @param linear source of the linear layers
   * @throws io.e2llm.engine.ModelException naming a tensor that is missing or has another shape
   */
  static TorchModule load(
      EncoderConfig config,
      Weights weights,
      List<Integer> layers,
      boolean cls,
      TorchOptions options,
      String linear) {
    Map<String, ScriptAttribute> attributes = new LinkedHashMap<>();
    attributes.put("heads", ScriptAttribute.of(config.heads()));
    attributes.put("epsilon", ScriptAttribute.of(config.epsilon()));
    attributes.put("first", ScriptAttribute.of(config.firstPosition()));
    attributes.put(
        "wanted", ScriptAttribute.ofInts(layers.stream().map(Integer::longValue).toList()));
    attributes.put("cls", ScriptAttribute.of(cls));
    attributes.put("device", ScriptAttribute.of(options.device().torchName()));
    attributes.put("dtype", ScriptAttribute.of(options.precision().torchType()));
    attributes.put("embeddings", ScriptAttribute.noTensors());
    attributes.put(
        "packed",
        linear.equals(INT8) ? ScriptAttribute.noPackedWeights() : ScriptAttribute.noTensors());
    attributes.put("plain", ScriptAttribute.noTensors());
    attributes.put("top", ScriptAttribute.of((double) options.largestWeight()));
    TorchModule module = TorchModule.load(source(linear), "Encoder", attributes);
    boolean filled = false;
    try {
      fill(module, new EncoderTensors(config, weights), config.layers(), options.cores());
      filled = true;
      return module;
    } finally {
      if (!filled) {
        module.close();
      }
    }
  }

  private static String source(String linear) {
    String source =
        TorchScriptPacker.source(EncoderNetwork.class, linear)
            + TorchScriptPacker.source(EncoderNetwork.class, "bert.py");
    return TorchScriptPacker.packed(source, linear.equals(INT8));
  }

  /** The source of linear layers that is fastest here. */
  static String linear(TorchOptions options) {
    if (options.precision() == Precision.INT8) {
      return INT8;
    }
    return options.device() == TorchDevice.CPU && TorchRuntime.hasOneDnn() ? ONE_DNN : PORTABLE;
  }

  private static void fill(
      TorchModule module, EncoderTensors tensors, int layers, CoreBudget cores) {
    load(module, "load_embeddings", tensors.embeddings(), cores);
    for (int layer = 0; layer < layers; layer++) {
      load(module, "load_layer", tensors.layer(layer), cores);
    }
  }

  private static void load(
      TorchModule module, String method, List<TorchTensor> tensors, CoreBudget cores) {
    try {
      cores.run(() -> module.call(method, ScriptArgument.of(tensors)));
    } finally {
      tensors.forEach(TorchTensor::close);
    }
  }
}
