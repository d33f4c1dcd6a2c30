package io.e2llm.engine.decoder;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.bundle.BundleLora;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.lora.LoraSpec;
import io.e2llm.engine.lora.LoraTensors;
import io.e2llm.engine.lora.LoraTensors.Target;
import io.e2llm.engine.torch.Autograd;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.ScriptAttribute;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchScriptPacker;
import io.e2llm.engine.torch.TorchTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A decoder as autograd can differentiate it, on the CPU: whole sequences, no cache. Its weights
 * are frozen; LoRA beside them is the caller's, and so are all tensors returned. Confined to one
 * thread at a time.
 */
public final class GraphDecoder implements AutoCloseable {
  /** What LoRA can stand beside, in the order in which a layer takes it. */
  public static final List<String> TARGETS =
      List.of(
          "self_attn.q_proj",
          "self_attn.k_proj",
          "self_attn.v_proj",
          "self_attn.o_proj",
          "mlp.gate_proj",
          "mlp.up_proj",
          "mlp.down_proj");

  private static final String LAYERS = BundleLora.Side.DECODER.prefix() + "model.layers.";

  private final DecoderConfig config;
  private final TorchModule module;

  private GraphDecoder(DecoderConfig config, TorchModule module) {
    this.config = config;
    this.module = module;
  }

  /**
   * Loads a decoder. The files stay the caller's and are not read later.
   *
   * @param lora whose factor is applied
   * @param precision of weights and products, fp32 or bf16; all else is fp32. CPUs with
   *     instructions for bf16 are about twice as fast with it, others slower
   * @throws ModelException when the model is not understood or incomplete, or has a sliding window
   */
  public static GraphDecoder load(ModelFiles files, Optional<LoraSpec> lora, Precision precision) {
    DecoderConfig config = DecoderConfigReader.read(files.family(), files.config());
    if (config.slidingWindow() > 0) {
      throw new ModelException(files.name() + ": decoders with a sliding window are not trained");
    }
    Map<String, ScriptAttribute> attributes = new LinkedHashMap<>();
    attributes.put("heads", ScriptAttribute.of(config.heads()));
    attributes.put("kv_heads", ScriptAttribute.of(config.kvHeads()));
    attributes.put("epsilon", ScriptAttribute.of(config.epsilon()));
    attributes.put("factor", ScriptAttribute.of(lora.map(LoraSpec::factor).orElse(0.0)));
    attributes.put("ends", ScriptAttribute.noTensors());
    attributes.put("weights", ScriptAttribute.noTensors());
    DecoderTensors tensors = new DecoderTensors(config, files.weights());
    List<TorchTensor> ends = new ArrayList<>(List.of(tensors.frequencies()));
    ends.addAll(tensors.ends());
    List<TorchTensor> first = tensors.layer(0);
    attributes.put("per_layer", ScriptAttribute.of(first.size()));
    attributes.put("dtype", ScriptAttribute.of(precision.torchType()));
    TorchModule module =
        TorchModule.load(
            TorchScriptPacker.sources("lora.py", "graph_decoder.py"), "GraphDecoder", attributes);
    try {
      fill(module, ends, false);
      fill(module, first, true);
      for (int layer = 1; layer < config.layers(); layer++) {
        fill(module, tensors.layer(layer), true);
      }
      return new GraphDecoder(config, module);
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  private static void fill(TorchModule module, List<TorchTensor> tensors, boolean layer) {
    try (TorchTensor flag = TorchTensor.vector(layer ? 1 : 0)) {
      Autograd.tensor(module, "load", ScriptArgument.of(tensors), ScriptArgument.of(flag)).close();
    } finally {
      tensors.forEach(TorchTensor::close);
    }
  }

  /** Layers. */
  public int layers() {
    return config.layers();
  }

  /** Width of the embedding space. */
  public int hiddenSize() {
    return config.hiddenSize();
  }

  /** Names in a bundle and shapes of the tensors of LoRA beside this decoder. */
  public Map<String, List<Long>> loraShapes(LoraSpec lora) {
    return LoraTensors.shapes(lora, LAYERS, config.layers(), targets());
  }

  /**
   * LoRA as {@link #layer} takes it.
   *
   * @param tensors by the names of {@link #loraShapes}; the caller's to close
   */
  public LoraTensors lora(Map<String, TorchTensor> tensors) {
    return new LoraTensors(LAYERS, config.layers(), targets(), tensors);
  }

  private List<Target> targets() {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    long queries = (long) config.heads() * config.headSize();
    long keys = (long) config.kvHeads() * config.headSize();
    return List.of(
        new Target(TARGETS.get(0), hidden, queries),
        new Target(TARGETS.get(1), hidden, keys),
        new Target(TARGETS.get(2), hidden, keys),
        new Target(TARGETS.get(3), queries, hidden),
        new Target(TARGETS.get(4), hidden, inner),
        new Target(TARGETS.get(5), hidden, inner),
        new Target(TARGETS.get(6), inner, hidden));
  }

  /**
   * Where tokens stand and whom they see: themselves, and those before them of segment 0 and of
   * their own segment. So several questions can follow one context.
   *
   * @param positions int64 {@code [rows]}
   * @param segments int64 {@code [rows]}
   */
  public View view(TorchTensor positions, TorchTensor segments) {
    List<TorchTensor> parts =
        Autograd.run(module, "view", ScriptArgument.of(positions), ScriptArgument.of(segments));
    return new View(parts.get(0), parts.get(1), parts.get(2));
  }

  /**
   * What {@link #view} made.
   *
   * @param cos of the rotary angles, {@code [rows, 1, headSize / 2]}
   * @param sin of them
   * @param mask {@code [rows, rows]}, added to the scores
   */
  public record View(TorchTensor cos, TorchTensor sin, TorchTensor mask) implements AutoCloseable {
    @Override
    public void close() {
      cos.close();
      sin.close();
      mask.close();
    }
  }

  /**
   * Embeddings of a sequence.
   *
   * @param ids int64 {@code [rows]}
   * @param soft {@code [n, hiddenSize]}
   * @param softRows int64 {@code [n]}: where these stand in place of ids
   * @return {@code [rows, hiddenSize]}
   */
  public TorchTensor embed(TorchTensor ids, TorchTensor soft, TorchTensor softRows) {
    return Autograd.tensor(
        module,
        "embed",
        ScriptArgument.of(ids),
        ScriptArgument.of(soft),
        ScriptArgument.of(softRows));
  }

  /**
   * One layer.
   *
   * @param x {@code [rows, hiddenSize]}
   * @param lora that of {@link #lora} for this layer
   */
  public TorchTensor layer(TorchTensor x, int index, View view, List<TorchTensor> lora) {
    try (TorchTensor which = TorchTensor.vector(index)) {
      return Autograd.tensor(
          module,
          "layer",
          ScriptArgument.of(x),
          ScriptArgument.of(which),
          ScriptArgument.of(view.cos()),
          ScriptArgument.of(view.sin()),
          ScriptArgument.of(view.mask()),
          ScriptArgument.of(lora));
    }
  }

  /**
   * What the wanted rows say of their targets.
   *
   * @param x {@code [rows, hiddenSize]} behind the last layer
   * @param wanted int64 {@code [m]}
   * @param targets int64 {@code [m]}
   * @param weights fp32 {@code [m]}
   * @return the weighted sum of negative log-likelihoods in nats, and each of them {@code [m]}
   */
  public List<TorchTensor> loss(
      TorchTensor x, TorchTensor wanted, TorchTensor targets, TorchTensor weights) {
    return Autograd.run(
        module,
        "loss",
        ScriptArgument.of(x),
        ScriptArgument.of(wanted),
        ScriptArgument.of(targets),
        ScriptArgument.of(weights));
  }

  /** Log-probabilities {@code [m, vocabulary]} of the wanted rows, int64 {@code [m]}. */
  public TorchTensor distribution(TorchTensor x, TorchTensor wanted) {
    return Autograd.tensor(module, "distribution", ScriptArgument.of(x), ScriptArgument.of(wanted));
  }

  /**
   * As {@link #loss}, but of each row's loss a share is the Kullback-Leibler divergence from a
   * teacher's distribution (Hinton et al., Distilling the knowledge in a neural network, 2015, with
   * temperature 1).
   *
   * @param teacher that of {@link #distribution}, {@code [m, vocabulary]}
   * @param share from 0 to 1, {@code [1]}
   * @return the weighted sum, and the negative log-likelihoods alone {@code [m]}
   */
  public List<TorchTensor> distilled(
      TorchTensor x,
      TorchTensor wanted,
      TorchTensor targets,
      TorchTensor weights,
      TorchTensor teacher,
      TorchTensor share) {
    return Autograd.run(
        module,
        "distilled",
        ScriptArgument.of(x),
        ScriptArgument.of(wanted),
        ScriptArgument.of(targets),
        ScriptArgument.of(weights),
        ScriptArgument.of(teacher),
        ScriptArgument.of(share));
  }

  /** Logits {@code [m, vocabulary]} of the wanted rows, int64 {@code [m]}. */
  public TorchTensor logits(TorchTensor x, TorchTensor wanted) {
    return Autograd.tensor(module, "logits", ScriptArgument.of(x), ScriptArgument.of(wanted));
  }

  @Override
  public void close() {
    module.close();
  }
}
