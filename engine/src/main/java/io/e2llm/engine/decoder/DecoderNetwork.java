package io.e2llm.engine.decoder;

import io.e2llm.engine.Sha256;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.Operators;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.ScriptAttribute;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.torch.TorchResult;
import io.e2llm.engine.torch.TorchScriptPacker;
import io.e2llm.engine.torch.TorchTensor;
import io.e2llm.engine.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the TorchScript object of a decoder and fills it with weights, one layer at a time: the
 * object copies them into the layout its kernels like, and nothing of the files stays in use.
 */
final class DecoderNetwork {
  private static final Logger log = LoggerFactory.getLogger(DecoderNetwork.class);

  private final DecoderConfig config;
  private final DecoderTensors tensors;
  private final Precision precision;
  private final CoreBudget cores;
  private final Optional<PreparedFolder> prepared;
  private final String key;

  private DecoderNetwork(DecoderConfig config, Weights weights, TorchOptions options, String key) {
    this.prepared = options.prepared().map(PreparedFolder::new);
    this.key = key;
    this.config = config;
    this.tensors = new DecoderTensors(config, weights);
    this.precision = options.precision();
    this.cores = options.cores();
  }

  /**
   * Loads a decoder.
   *
   * @param identity what the numbers of prepared weights depend on beside the sources
   * @throws ModelException naming a tensor that is missing or has another shape
   */
  static TorchModule load(
      DecoderConfig config,
      Weights weights,
      TorchOptions options,
      Operators operators,
      String identity) {
    String sources = sources(operators);
    String key = new Sha256().field(identity).field(sources).toHex();
    TorchModule module =
        TorchModule.load(sources, "Decoder", attributes(config, options, operators));
    try {
      new DecoderNetwork(config, weights, options, key).fill(module);
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
    names.addAll(
        List.of(operators.cache(), operators.attention(), "decoding.py", "layer.py", "decoder.py"));
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
    attributes.put("kv_dtype", ScriptAttribute.of(options.kv().torchType()));
    attributes.put("shared", ScriptAttribute.noTensors());
    attributes.put("plain_ends", ScriptAttribute.noTensors());
    attributes.put("packed_ends", operators.nothingPacked());
    attributes.put("plain", ScriptAttribute.noTensors());
    attributes.put("packed", operators.nothingPacked());
    attributes.put("cache", ScriptAttribute.noTensors());
    return attributes;
  }

  private void fill(TorchModule module) {
    try (TorchTensor frequencies = tensors.frequencies();
        TorchTensor rotation = rotation()) {
      module.call("load_shared", ScriptArgument.of(frequencies), ScriptArgument.of(rotation));
    }
    if (prepared.isEmpty() || precision != Precision.INT8) {
      prepareAll(module, group -> {});
      return;
    }
    Path file = prepared.get().file(key);
    Optional<PreparedWeights> kept = PreparedWeights.open(file, 1 + config.layers());
    if (kept.isPresent()) {
      try (PreparedWeights weightsKept = kept.get()) {
        for (int group = 0; group <= config.layers(); group++) {
          add(module, group, weightsKept.group(group));
        }
      }
    } else {
      prepareAndKeep(module, file);
    }
    prepared.get().used(file);
  }

  /** Prepares all and keeps it; where it cannot be kept, that is all. */
  private void prepareAndKeep(TorchModule module, Path file) {
    try (BestEffort kept = new BestEffort(file)) {
      prepareAll(module, kept::add);
      kept.finish();
    }
  }

  /** Writes prepared weights until that fails, and then no more. */
  private static final class BestEffort implements AutoCloseable {
    private PreparedWeights.@Nullable Writer writer;

    BestEffort(Path file) {
      try {
        writer = new PreparedWeights.Writer(file);
      } catch (IOException e) {
        fail(e);
      }
    }

    void add(List<TorchTensor> group) {
      try {
        if (writer != null) {
          writer.add(group);
        }
      } catch (IOException e) {
        fail(e);
      }
    }

    void finish() {
      try {
        if (writer != null) {
          writer.finish();
        }
      } catch (IOException e) {
        fail(e);
      }
    }

    private void fail(IOException e) {
      log.warn("prepared weights cannot be kept for the next start: {}", e.toString());
      close();
    }

    @Override
    public void close() {
      if (writer != null) {
        writer.close();
        writer = null;
      }
    }
  }

  /** What is prepared may share the memory of what was read, so that stays until it is added. */
  private void prepareAll(TorchModule module, Consumer<List<TorchTensor>> keep) {
    for (int group = 0; group <= config.layers(); group++) {
      List<TorchTensor> stored = group == 0 ? tensors.ends() : tensors.layer(group - 1);
      try {
        List<TorchTensor> ready = prepare(module, group, stored);
        keep.accept(ready);
        add(module, group, ready);
      } finally {
        stored.forEach(TorchTensor::close);
      }
    }
  }

  private List<TorchTensor> prepare(TorchModule module, int group, List<TorchTensor> stored) {
    String method = group == 0 ? "prepare_ends" : "prepare_layer";
    return cores.compute(
        () -> {
          try (TorchResult result = module.run(method, ScriptArgument.of(stored))) {
            return result.tensors();
          }
        });
  }

  /** Adds a prepared group, which is closed. */
  private void add(TorchModule module, int group, List<TorchTensor> ready) {
    try {
      String method = group == 0 ? "add_ends" : "add_layer";
      cores.run(() -> module.call(method, ScriptArgument.of(ready)));
    } finally {
      ready.forEach(TorchTensor::close);
    }
  }

  private TorchTensor rotation() {
    int hidden = config.hiddenSize();
    return precision == Precision.INT8
        ? TorchTensor.of(Rotation.of(hidden), hidden, hidden)
        : TorchTensor.of(new float[0], 0, hidden);
  }
}
