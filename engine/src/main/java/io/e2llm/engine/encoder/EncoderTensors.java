package io.e2llm.engine.encoder;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.torch.TorchTensor;
import io.e2llm.engine.weights.TensorInfo;
import io.e2llm.engine.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A text encoder's tensors in fp32, freshly read and the caller's to close. */
final class EncoderTensors {
  private final EncoderConfig config;
  private final Weights weights;

  EncoderTensors(EncoderConfig config, Weights weights) {
    this.config = config;
    this.weights = weights;
  }

  /**
   * Embeddings of words, positions and token types, the norm's weight and bias.
   *
   * @throws ModelException naming a tensor that is missing or has another shape
   */
  List<TorchTensor> embeddings() {
    long hidden = config.hiddenSize();
    Reading reading = new Reading();
    reading.add("embeddings.word_embeddings.weight", config.vocabulary(), hidden);
    reading.add("embeddings.position_embeddings.weight", config.positions(), hidden);
    reading.add("embeddings.token_type_embeddings.weight", config.tokenTypes(), hidden);
    reading.addNorm("embeddings.LayerNorm");
    return reading.tensors;
  }

  /**
   * Weight and bias of a layer's query, key, value, attention's output, norm, intermediate, output
   * and norm.
   *
   * @throws ModelException naming a tensor that is missing or has another shape
   */
  List<TorchTensor> layer(int layer) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    String prefix = "encoder.layer." + layer + ".";
    Reading reading = new Reading();
    for (String part : List.of("query", "key", "value")) {
      reading.addLinear(prefix + "attention.self." + part, hidden, hidden);
    }
    reading.addLinear(prefix + "attention.output.dense", hidden, hidden);
    reading.addNorm(prefix + "attention.output.LayerNorm");
    reading.addLinear(prefix + "intermediate.dense", inner, hidden);
    reading.addLinear(prefix + "output.dense", hidden, inner);
    reading.addNorm(prefix + "output.LayerNorm");
    return reading.tensors;
  }

  /** Tensors that are read one after the other; when one is wrong, those before it are closed. */
  private final class Reading {
    final List<TorchTensor> tensors = new ArrayList<>();

    void addLinear(String name, long out, long in) {
      add(name + ".weight", out, in);
      add(name + ".bias", out);
    }

    void addNorm(String name) {
      add(name + ".weight", config.hiddenSize());
      add(name + ".bias", config.hiddenSize());
    }

    void add(String name, long... shape) {
      boolean read = false;
      try {
        check(name, LongStream.of(shape).boxed().toList(), weights.tensors().get(name));
        tensors.add(TorchTensor.ofFloats(weights.readFp32(name), shape));
        read = true;
      } finally {
        if (!read) {
          tensors.forEach(TorchTensor::close);
        }
      }
    }
  }

  private static void check(String name, List<Long> wanted, @Nullable TensorInfo info) {
    if (info == null) {
      throw new ModelException("model.safetensors: tensor " + name + ": is missing");
    }
    if (!info.shape().equals(wanted)) {
      throw new ModelException(
          "model.safetensors: tensor %s: shape %s, but config.json wants %s"
              .formatted(name, info.shape(), wanted));
    }
  }
}
