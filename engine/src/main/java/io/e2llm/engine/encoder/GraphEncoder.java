package io.e2llm.engine.encoder;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.bundle.BundleLora;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.lora.LoraSpec;
import io.e2llm.engine.lora.LoraTensors;
import io.e2llm.engine.lora.LoraTensors.Target;
import io.e2llm.engine.torch.Autograd;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.ScriptAttribute;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchScriptPacker;
import io.e2llm.engine.torch.TorchTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A text encoder as autograd can differentiate it, in fp32 on the CPU. Its weights are frozen; LoRA
 * beside them learns. Confined to one thread at a time.
 */
public final class GraphEncoder implements AutoCloseable {
  /** What LoRA can stand beside, in the order in which a layer takes it. */
  public static final List<String> TARGETS =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "intermediate.dense",
          "output.dense");

  private static final String LAYERS = BundleLora.Side.ENCODER.prefix() + "encoder.layer.";

  private final TorchModule module;
  private final List<Integer> wanted;
  private final LoraTensors lora;

  private GraphEncoder(TorchModule module, List<Integer> wanted, LoraTensors lora) {
    this.module = module;
    this.wanted = wanted;
    this.lora = lora;
  }

  /**
   * Names in a bundle and shapes of the tensors of LoRA beside an encoder.
   *
   * @throws ModelException when the model is no text encoder
   */
  public static Map<String, List<Long>> loraShapes(ModelFiles files, LoraSpec lora) {
    EncoderConfig config = EncoderConfig.of(files);
    return LoraTensors.shapes(lora, LAYERS, config.layers(), targets(config));
  }

  /**
   * Loads an encoder. The files stay the caller's and are not read later.
   *
   * @param wanted layers whose states are given, ascending; 0 is what the embeddings give
   * @param learned the caller's, by the names of {@link #loraShapes}
   */
  static GraphEncoder load(
      ModelFiles files, List<Integer> wanted, LoraSpec lora, Map<String, TorchTensor> learned) {
    EncoderConfig config = EncoderConfig.of(files);
    Map<String, ScriptAttribute> attributes = new LinkedHashMap<>();
    attributes.put("heads", ScriptAttribute.of(config.heads()));
    attributes.put("epsilon", ScriptAttribute.of(config.epsilon()));
    attributes.put("first", ScriptAttribute.of(config.firstPosition()));
    attributes.put("factor", ScriptAttribute.of(lora.factor()));
    attributes.put("embeddings", ScriptAttribute.noTensors());
    attributes.put("weights", ScriptAttribute.noTensors());
    String source =
        TorchScriptPacker.sources("lora.py")
            + TorchScriptPacker.source(GraphEncoder.class, "graph_encoder.py");
    TorchModule module = TorchModule.load(source, "GraphEncoder", attributes);
    try {
      EncoderTensors tensors = new EncoderTensors(config, files.weights());
      fill(module, tensors.embeddings(), false);
      for (int layer = 0; layer < config.layers(); layer++) {
        fill(module, tensors.layer(layer), true);
      }
      return new GraphEncoder(
          module, wanted, new LoraTensors(LAYERS, config.layers(), targets(config), learned));
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  private static List<Target> targets(EncoderConfig config) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    return List.of(
        new Target(TARGETS.get(0), hidden, hidden),
        new Target(TARGETS.get(1), hidden, hidden),
        new Target(TARGETS.get(2), hidden, hidden),
        new Target(TARGETS.get(3), hidden, hidden),
        new Target(TARGETS.get(4), hidden, inner),
        new Target(TARGETS.get(5), inner, hidden));
  }

  private static void fill(TorchModule module, List<TorchTensor> tensors, boolean layer) {
    try (TorchTensor flag = TorchTensor.vector(layer ? 1 : 0)) {
      Autograd.tensor(module, "load", ScriptArgument.of(tensors), ScriptArgument.of(flag)).close();
    } finally {
      tensors.forEach(TorchTensor::close);
    }
  }

  /**
   * Token states.
   *
   * @param ids int {@code [batch, length]}
   * @param lengths int {@code [batch]}: ids behind a text's own are padding
   * @return {@code [batch * length, layers * hidden]}, the caller's to close
   */
  TorchTensor states(TorchTensor ids, TorchTensor lengths) {
    List<TorchTensor> made =
        new ArrayList<>(
            Autograd.run(module, "start", ScriptArgument.of(ids), ScriptArgument.of(lengths)));
    try {
      TorchTensor mask = made.get(1);
      TorchTensor x = made.get(0);
      List<TorchTensor> kept = new ArrayList<>();
      for (int layer = 0; layer <= wanted.getLast(); layer++) {
        if (layer > 0) {
          x = layer(x, layer - 1, mask);
          made.add(x);
        }
        if (wanted.contains(layer)) {
          kept.add(x);
        }
      }
      return Autograd.tensor(module, "join", ScriptArgument.of(kept));
    } finally {
      made.forEach(TorchTensor::close);
    }
  }

  private TorchTensor layer(TorchTensor x, int index, TorchTensor mask) {
    try (TorchTensor which = TorchTensor.vector(index)) {
      return Autograd.tensor(
          module,
          "layer",
          ScriptArgument.of(x),
          ScriptArgument.of(which),
          ScriptArgument.of(mask),
          ScriptArgument.of(lora.of(index)));
    }
  }

  @Override
  public void close() {
    lora.close();
    module.close();
  }
}
