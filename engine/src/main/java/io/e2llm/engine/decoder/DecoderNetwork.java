package io.e2llm.engine.decoder;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.Operators;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.ScriptAttribute;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.torch.TorchScriptPacker;
import io.e2llm.engine.torch.TorchTensor;
import io.e2llm.engine.weights.TensorInfo;
import io.e2llm.engine.weights.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Makes the TorchScript object of a decoder and fills it with weights, one layer at a time: the
 * object copies them into the layout its kernels like, and nothing of the files stays in use.
 */
final class DecoderNetwork {
  private final DecoderConfig config;
  private final Weights weights;
  private final Precision precision;
  private final CoreBudget cores;

  private DecoderNetwork(DecoderConfig config, Weights weights, TorchOptions options) {
    this.config = config;
    this.weights = weights;
    this.precision = options.precision();
    this.cores = options.cores();
  }

  /**
   * Loads a decoder.
   *
   * @throws ModelException naming a tensor that is missing or has another shape
   */
  static TorchModule load(
      DecoderConfig config, Weights weights, TorchOptions options, Operators operators) {
    TorchModule module =
        TorchModule.load(sources(operators), "Decoder", attributes(config, options, operators));
    try {
      new DecoderNetwork(config, weights, options).fill(module);
      // The direct buffers the weights were read into are as large as the model, and only a
      // collection frees them: now, not when the heap happens to be full.
      System.gc();
      return module;
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  private static String sources(Operators operators) {
    List<String> names = new ArrayList<>(operators.arithmetic());
    names.addAll(List.of(operators.attention(), "decoding.py", "layer.py", "decoder.py"));
    return TorchScriptPacker.packed(
        TorchScriptPacker.sources(names.toArray(String[]::new)), operators.quantized());
  }

  private static Map<String, ScriptAttribute> attributes(
      DecoderConfig config, TorchOptions options, Operators operators) {
    Map<String, ScriptAttribute> attributes = new LinkedHashMap<>();
    attributes.put("layers", ScriptAttribute.of(config.layers()));
    attributes.put("heads", ScriptAttribute.of(config.heads()));
    attributes.put(
        "sizes",
        ScriptAttribute.ofInts(
            List.of(
                (long) config.kvHeads(), (long) config.headSize(), (long) config.slidingWindow())));
    attributes.put("epsilon", ScriptAttribute.of(config.epsilon()));
    attributes.put("top", ScriptAttribute.of((double) options.largestWeight()));
    attributes.put("device", ScriptAttribute.of(options.device().torchName()));
    attributes.put("dtype", ScriptAttribute.of(options.precision().torchType()));
    attributes.put("shared", ScriptAttribute.noTensors());
    attributes.put("plain_ends", ScriptAttribute.noTensors());
    attributes.put("packed_ends", operators.nothingPacked());
    attributes.put("plain", ScriptAttribute.noTensors());
    attributes.put("packed", operators.nothingPacked());
    attributes.put("cache", ScriptAttribute.noTensors());
    return attributes;
  }

  private void fill(TorchModule module) {
    try (TorchTensor frequencies = frequencies();
        TorchTensor rotation = rotation()) {
      module.call("load_shared", ScriptArgument.of(frequencies), ScriptArgument.of(rotation));
    }
    fillEnds(module);
    for (int layer = 0; layer < config.layers(); layer++) {
      fill(module, "model.layers." + layer + ".");
    }
  }

  private void fillEnds(TorchModule module) {
    long hidden = config.hiddenSize();
    List<TorchTensor> ends = new ArrayList<>();
    try {
      ends.add(read("model.embed_tokens.weight", config.vocabulary(), hidden));
      ends.add(read("model.norm.weight", hidden));
      if (!config.tiedHead()) {
        ends.add(read("lm_head.weight", config.vocabulary(), hidden));
      }
      cores.run(() -> module.call("load_ends", ScriptArgument.of(ends)));
    } finally {
      ends.forEach(TorchTensor::close);
    }
  }

  private void fill(TorchModule module, String prefix) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    long queries = (long) config.heads() * config.headSize();
    long keys = (long) config.kvHeads() * config.headSize();
    List<TorchTensor> layer = new ArrayList<>();
    try {
      layer.add(read(prefix + "input_layernorm.weight", hidden));
      layer.add(read(prefix + "self_attn.q_proj.weight", queries, hidden));
      layer.add(read(prefix + "self_attn.k_proj.weight", keys, hidden));
      layer.add(read(prefix + "self_attn.v_proj.weight", keys, hidden));
      layer.add(read(prefix + "self_attn.o_proj.weight", hidden, queries));
      layer.add(read(prefix + "post_attention_layernorm.weight", hidden));
      layer.add(read(prefix + "mlp.gate_proj.weight", inner, hidden));
      layer.add(read(prefix + "mlp.up_proj.weight", inner, hidden));
      layer.add(read(prefix + "mlp.down_proj.weight", hidden, inner));
      if (config.family().equals("qwen2")) {
        layer.add(read(prefix + "self_attn.q_proj.bias", queries));
        layer.add(read(prefix + "self_attn.k_proj.bias", keys));
        layer.add(read(prefix + "self_attn.v_proj.bias", keys));
      }
      cores.run(() -> module.call("load_layer", ScriptArgument.of(layer)));
    } finally {
      layer.forEach(TorchTensor::close);
    }
  }

  private TorchTensor read(String name, long... shape) {
    List<Long> wanted = LongStream.of(shape).boxed().toList();
    TensorInfo info = weights.tensors().get(name);
    if (info == null) {
      throw new ModelException("tensor " + name + " is missing");
    }
    if (!info.shape().equals(wanted)) {
      throw new ModelException(
          "tensor " + name + ": shape " + info.shape() + " where " + wanted + " belongs");
    }
    return TorchTensor.ofFloats(weights.readFp32(name), shape);
  }

  private TorchTensor frequencies() {
    float[] values = config.rope().frequencies(config.headSize());
    return tensor(values, values.length);
  }

  private TorchTensor rotation() {
    int hidden = config.hiddenSize();
    return precision == Precision.INT8
        ? tensor(Rotation.of(hidden), hidden, hidden)
        : tensor(new float[0], 0, hidden);
  }

  private static TorchTensor tensor(float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(values);
    return TorchTensor.ofFloats(bytes, shape);
  }
}
