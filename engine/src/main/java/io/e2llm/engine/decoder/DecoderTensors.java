package io.e2llm.engine.decoder;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.torch.TorchTensor;
import io.e2llm.engine.weights.TensorInfo;
import io.e2llm.engine.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** A decoder's tensors as they stand in its files, in fp32 and in the order the scripts take. */
final class DecoderTensors {
  private final DecoderConfig config;
  private final Weights weights;

  DecoderTensors(DecoderConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  /** Radians per position for each pair of a head. */
  TorchTensor frequencies() {
    float[] values = config.rope().frequencies(config.headSize());
    return TorchTensor.of(values, values.length);
  }

  /**
   * Embedding, final norm, and the head if it is not the embedding.
   *
   * @throws ModelException naming a tensor that is missing or has another shape
   */
  List<TorchTensor> ends() {
    long hidden = config.hiddenSize();
    Reading reading = new Reading();
    reading.add("model.embed_tokens.weight", config.vocabulary(), hidden);
    reading.add("model.norm.weight", hidden);
    if (!config.tiedHead()) {
      reading.add("lm_head.weight", config.vocabulary(), hidden);
    }
    return reading.tensors;
  }

  /**
   * A layer's norm, q, k, v, o, norm, gate, up, down, and the biases of q, k, v if it has them.
   *
   * @throws ModelException naming a tensor that is missing or has another shape
   */
  List<TorchTensor> layer(int index) {
    String prefix = "model.layers." + index + ".";
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    long queries = (long) config.heads() * config.headSize();
    long keys = (long) config.kvHeads() * config.headSize();
    Reading reading = new Reading();
    reading.add(prefix + "input_layernorm.weight", hidden);
    reading.add(prefix + "self_attn.q_proj.weight", queries, hidden);
    reading.add(prefix + "self_attn.k_proj.weight", keys, hidden);
    reading.add(prefix + "self_attn.v_proj.weight", keys, hidden);
    reading.add(prefix + "self_attn.o_proj.weight", hidden, queries);
    reading.add(prefix + "post_attention_layernorm.weight", hidden);
    reading.add(prefix + "mlp.gate_proj.weight", inner, hidden);
    reading.add(prefix + "mlp.up_proj.weight", inner, hidden);
    reading.add(prefix + "mlp.down_proj.weight", hidden, inner);
    if (config.family().equals("qwen2")) {
      reading.add(prefix + "self_attn.q_proj.bias", queries);
      reading.add(prefix + "self_attn.k_proj.bias", keys);
      reading.add(prefix + "self_attn.v_proj.bias", keys);
    }
    return reading.tensors;
  }

  /** Tensors read one by one; when one fails, those before it are closed. */
  private final class Reading {
    final List<TorchTensor> tensors = new ArrayList<>();

    void add(String name, long... shape) {
      try {
        tensors.add(read(name, shape));
      } catch (RuntimeException | Error e) {
        tensors.forEach(TorchTensor::close);
        throw e;
      }
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
}
