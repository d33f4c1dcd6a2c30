package io.e2llm.engine.encoder;

import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.bundle.BundleTensor;
import io.e2llm.engine.bundle.BundleTensors;
import io.e2llm.engine.bundle.PoolingSpec;
import io.e2llm.engine.bundle.PoolingSpec.Cls;
import io.e2llm.engine.bundle.PoolingSpec.Mean;
import io.e2llm.engine.bundle.PoolingSpec.Pma;
import io.e2llm.engine.bundle.PoolingSpec.Scope;
import io.e2llm.engine.bundle.PoolingSpec.Unit;
import io.e2llm.engine.bundle.PoolingSpec.Window;
import io.e2llm.engine.encoder.PoolingPlan.Attention;
import io.e2llm.engine.encoder.PoolingPlan.Count;
import io.e2llm.engine.torch.Autograd;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.ScriptAttribute;
import io.e2llm.engine.torch.TorchDevice;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.torch.TorchScriptPacker;
import io.e2llm.engine.torch.TorchTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A bundle's pooling on libtorch. Confined to one thread at a time. */
final class SoftPromptPooling implements AutoCloseable {
  private static final int[] NONE = {};

  private final BundleSpec spec;
  private final TorchModule module;
  private final Call call;

  /** How the module's methods are run. */
  private interface Call {
    TorchTensor run(String method, ScriptArgument... arguments);
  }

  private SoftPromptPooling(BundleSpec spec, TorchModule module, Call call) {
    this.spec = spec;
    this.module = module;
    this.call = call;
  }

  /** Loads a bundle's pooling. */
  static SoftPromptPooling load(AdapterBundle bundle, TorchOptions options) {
    TorchModule module = module(bundle.spec(), options.device());
    boolean filled = false;
    try {
      options.cores().run(() -> fill(module, bundle.pooling()));
      filled = true;
      return new SoftPromptPooling(bundle.spec(), module, module::tensor);
    } finally {
      if (!filled) {
        module.close();
      }
    }
  }

  /**
   * A pooling that autograd can differentiate.
   *
   * @param learned the caller's, by the names of {@link BundleTensors#ofPooling} and in that order
   */
  static SoftPromptPooling differentiable(BundleSpec spec, Map<String, TorchTensor> learned) {
    TorchModule module = module(spec, TorchDevice.CPU);
    boolean filled = false;
    try {
      if (!learned.isEmpty()) {
        use(module, learned);
      }
      filled = true;
      return new SoftPromptPooling(
          spec, module, (method, arguments) -> Autograd.tensor(module, method, arguments));
    } finally {
      if (!filled) {
        module.close();
      }
    }
  }

  private static TorchModule module(BundleSpec spec, TorchDevice device) {
    int heads = spec.pooling().kind() instanceof Pma pma ? pma.heads() : 0;
    Map<String, ScriptAttribute> attributes = new LinkedHashMap<>();
    attributes.put("heads", ScriptAttribute.of(heads));
    attributes.put("device", ScriptAttribute.of(device.torchName()));
    attributes.put("tokens", ScriptAttribute.noTensors());
    attributes.put("attention", ScriptAttribute.noTensors());
    attributes.put("projections", ScriptAttribute.noTensors());
    return TorchModule.load(
        TorchScriptPacker.source(SoftPromptPooling.class, "pooling.py"), "Pooling", attributes);
  }

  private static void fill(TorchModule module, Map<String, BundleTensor> tensors) {
    Parts parts = new Parts();
    try {
      tensors.forEach(
          (name, tensor) -> {
            long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
            parts.of(name).add(TorchTensor.ofFloats(tensor.values(), shape));
          });
      module.call(
          "load",
          ScriptArgument.of(parts.tokens),
          ScriptArgument.of(parts.attention),
          ScriptArgument.of(parts.projections));
    } finally {
      parts.all().forEach(TorchTensor::close);
    }
  }

  private static void use(TorchModule module, Map<String, TorchTensor> learned) {
    Parts parts = new Parts();
    learned.forEach((name, tensor) -> parts.of(name).add(tensor));
    int[] sizes = {parts.tokens.size(), parts.attention.size(), parts.projections.size()};
    try (TorchTensor counts = TorchTensor.vector(sizes)) {
      Autograd.tensor(module, "use", ScriptArgument.of(parts.all()), ScriptArgument.of(counts))
          .close();
    }
  }

  /** The tensors of a pooling's parts. */
  private static final class Parts {
    final List<TorchTensor> tokens = new ArrayList<>();
    final List<TorchTensor> attention = new ArrayList<>();
    final List<TorchTensor> projections = new ArrayList<>();

    List<TorchTensor> of(String name) {
      if (name.startsWith("pooling.token_projection.")) {
        return tokens;
      }
      return name.startsWith("pooling.projection.") ? projections : attention;
    }

    List<TorchTensor> all() {
      return Stream.of(tokens, attention, projections).flatMap(List::stream).toList();
    }
  }

  /**
   * Pools chunks of a batch, all at one ratio.
   *
   * @param states {@code [batch * length, states_width]}
   * @param length ids of each text in the batch, padding included
   * @param which indices of the chunks in the batch
   * @return a soft prompt for each of {@code which}
   */
  List<SoftPrompt> pool(
      TorchTensor states, List<PreparedChunk> batch, int length, List<Integer> which, int ratio) {
    PoolingPlan plan = plan(batch, length, which, ratio);
    float[] all;
    try (TorchTensor pooled = run(states, plan, ratio)) {
      all = pooled.toFloats();
    }
    return split(all, plan.softTokens());
  }

  /**
   * The soft prompts of all chunks of a batch, one below the other, {@code [rows, pooled_width]}.
   */
  TorchTensor pool(TorchTensor states, List<PreparedChunk> batch, int length, int ratio) {
    List<Integer> all = IntStream.range(0, batch.size()).boxed().toList();
    return run(states, plan(batch, length, all, ratio), ratio);
  }

  /** Soft tokens of a chunk. Thread-safe. */
  int softTokens(PreparedChunk chunk, int ratio) {
    return plan(List.of(chunk), 0, List.of(0), ratio).windowCount();
  }

  /** The tokens of a batch's texts as they are before pooling, {@code [tokens, width]}. */
  TorchTensor tokens(TorchTensor states, List<PreparedChunk> batch, int length) {
    PoolingPlan plan = new PoolingPlan();
    for (int i = 0; i < batch.size(); i++) {
      plan.add(batch.get(i), i * length, Count.TOKENS, 1);
    }
    try (TorchTensor rows = TorchTensor.vector(plan.rows())) {
      return call.run("project_tokens", ScriptArgument.of(states), ScriptArgument.of(rows));
    }
  }

  private PoolingPlan plan(List<PreparedChunk> batch, int length, List<Integer> which, int ratio) {
    PoolingPlan plan = new PoolingPlan();
    for (int index : which) {
      plan.add(batch.get(index), index * length, count(), ratio);
    }
    return plan;
  }

  private Count count() {
    return switch (spec.pooling().kind()) {
      case Cls cls -> Count.FIRST;
      case Mean mean -> Count.WHOLE;
      case Window window -> window.unit() == Unit.WORDS ? Count.WORDS : Count.TOKENS;
      case Pma pma -> Count.TOKENS;
    };
  }

  private TorchTensor run(TorchTensor states, PoolingPlan plan, int ratio) {
    PoolingSpec pooling = spec.pooling();
    return switch (pooling.kind()) {
      case Cls cls -> mean(states, plan);
      case Mean mean -> mean(states, plan);
      case Window window ->
          switch (window.combine()) {
            case MEAN -> mean(states, plan);
            case CONCAT -> sideBySide("concat", states, plan, ratio);
            case HALVES -> sideBySide("halves", states, plan, ratio);
          };
      case Pma pma ->
          attend(states, plan, pma.scope() == Scope.CHUNK ? plan.byChunk() : plan.byWindow());
    };
  }

  private TorchTensor mean(TorchTensor states, PoolingPlan plan) {
    try (TorchTensor rows = TorchTensor.vector(plan.rows());
        TorchTensor words = words(plan);
        TorchTensor windows = TorchTensor.vector(plan.windows());
        TorchTensor sizes = TorchTensor.vector(plan.wordCount(), plan.windowCount())) {
      return call.run(
          "mean",
          ScriptArgument.of(states),
          ScriptArgument.of(rows),
          ScriptArgument.of(words),
          ScriptArgument.of(windows),
          ScriptArgument.of(sizes));
    }
  }

  private TorchTensor sideBySide(String method, TorchTensor states, PoolingPlan plan, int ratio) {
    int[] counts = {plan.wordCount(), plan.windowCount(), ratio, spec.ratios().indexOf(ratio)};
    try (TorchTensor rows = TorchTensor.vector(plan.rows());
        TorchTensor words = words(plan);
        TorchTensor places = TorchTensor.vector(plan.places());
        TorchTensor sizes = TorchTensor.vector(counts)) {
      return call.run(
          method,
          ScriptArgument.of(states),
          ScriptArgument.of(rows),
          ScriptArgument.of(words),
          ScriptArgument.of(places),
          ScriptArgument.of(sizes));
    }
  }

  private TorchTensor attend(TorchTensor states, PoolingPlan plan, Attention attention) {
    try (TorchTensor rows = TorchTensor.vector(plan.rows());
        TorchTensor members =
            TorchTensor.of(attention.members(), attention.groups(), attention.longest());
        TorchTensor first = TorchTensor.vector(attention.queries());
        TorchTensor wanted = TorchTensor.vector(attention.wanted())) {
      return call.run(
          "attend",
          ScriptArgument.of(states),
          ScriptArgument.of(rows),
          ScriptArgument.of(members),
          ScriptArgument.of(first),
          ScriptArgument.of(wanted));
    }
  }

  /** Nothing where each token is a unit of its own. */
  private TorchTensor words(PoolingPlan plan) {
    return TorchTensor.vector(count() == Count.WORDS ? plan.words() : NONE);
  }

  private List<SoftPrompt> split(float[] all, List<Integer> softTokens) {
    int width = spec.pooling().pooledWidth();
    List<SoftPrompt> prompts = new ArrayList<>();
    int at = 0;
    for (int rows : softTokens) {
      float[] values = new float[rows * width];
      System.arraycopy(all, at, values, 0, values.length);
      at += values.length;
      prompts.add(new SoftPrompt(rows, width, values));
    }
    return prompts;
  }

  @Override
  public void close() {
    module.close();
  }
}
