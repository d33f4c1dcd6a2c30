package io.e2llm.engine.encoder;

import io.e2llm.engine.ModelException;
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
import io.e2llm.engine.weights.TensorInfo;
import io.e2llm.engine.weights.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

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

  private final EncoderConfig config;
  private final Weights weights;
  private final CoreBudget cores;

  private EncoderNetwork(EncoderConfig config, Weights weights, CoreBudget cores) {
    this.config = config;
    this.weights = weights;
    this.cores = cores;
  }

  /**
   * Loads an encoder.
   *
   * @param layers whose hidden states are token states; may be empty
   * @param cls whether a sentence is embedded by its first token, else by the mean of all
   * @param linear source of the linear layers
   * @throws ModelException naming a tensor that is missing or has another shape
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
      new EncoderNetwork(config, weights, options.cores()).fill(module);
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

  private void fill(TorchModule module) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    try (Tensors tensors = new Tensors()) {
      tensors.add("embeddings.word_embeddings.weight", config.vocabulary(), hidden);
      tensors.add("embeddings.position_embeddings.weight", config.positions(), hidden);
      tensors.add("embeddings.token_type_embeddings.weight", config.tokenTypes(), hidden);
      tensors.add("embeddings.LayerNorm.weight", hidden);
      tensors.add("embeddings.LayerNorm.bias", hidden);
      tensors.load(module, "load_embeddings");
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "encoder.layer." + layer + ".";
      try (Tensors tensors = new Tensors()) {
        for (String part : List.of("query", "key", "value")) {
          tensors.addLinear(prefix + "attention.self." + part, hidden, hidden);
        }
        tensors.addLinear(prefix + "attention.output.dense", hidden, hidden);
        tensors.addNorm(prefix + "attention.output.LayerNorm");
        tensors.addLinear(prefix + "intermediate.dense", inner, hidden);
        tensors.addLinear(prefix + "output.dense", hidden, inner);
        tensors.addNorm(prefix + "output.LayerNorm");
        tensors.load(module, "load_layer");
      }
    }
  }

  /** Tensors on their way from the files into the module. */
  private final class Tensors implements AutoCloseable {
    private final List<TorchTensor> tensors = new ArrayList<>();

    void addLinear(String name, long out, long in) {
      add(name + ".weight", out, in);
      add(name + ".bias", out);
    }

    void addNorm(String name) {
      add(name + ".weight", config.hiddenSize());
      add(name + ".bias", config.hiddenSize());
    }

    void add(String name, long... shape) {
      List<Long> wanted = LongStream.of(shape).boxed().toList();
      TensorInfo info = weights.tensors().get(name);
      if (info == null) {
        throw new ModelException("model.safetensors: tensor " + name + ": is missing");
      }
      if (!info.shape().equals(wanted)) {
        throw new ModelException(
            "model.safetensors: tensor %s: shape %s, but config.json wants %s"
                .formatted(name, info.shape(), wanted));
      }
      tensors.add(TorchTensor.ofFloats(weights.readFp32(name), shape));
    }

    void load(TorchModule module, String method) {
      cores.run(() -> module.call(method, ScriptArgument.of(tensors)));
    }

    @Override
    public void close() {
      tensors.forEach(TorchTensor::close);
    }
  }
}
