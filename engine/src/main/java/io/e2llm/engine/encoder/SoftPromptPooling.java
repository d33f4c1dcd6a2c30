package io.e2llm.engine.encoder;

import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.bundle.BundleTensor;
import io.e2llm.engine.bundle.PoolingSpec;
import io.e2llm.engine.bundle.PoolingSpec.Cls;
import io.e2llm.engine.bundle.PoolingSpec.Combine;
import io.e2llm.engine.bundle.PoolingSpec.Mean;
import io.e2llm.engine.bundle.PoolingSpec.Pma;
import io.e2llm.engine.bundle.PoolingSpec.Scope;
import io.e2llm.engine.bundle.PoolingSpec.Unit;
import io.e2llm.engine.bundle.PoolingSpec.Window;
import io.e2llm.engine.encoder.PoolingPlan.Attention;
import io.e2llm.engine.encoder.PoolingPlan.Count;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.ScriptAttribute;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.torch.TorchScriptPacker;
import io.e2llm.engine.torch.TorchTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A bundle's pooling on libtorch. Confined to one thread at a time. */
final class SoftPromptPooling implements AutoCloseable {
  private static final int[] NONE = {};

  private final BundleSpec spec;
  private final TorchModule module;

  private SoftPromptPooling(BundleSpec spec, TorchModule module) {
    this.spec = spec;
    this.module = module;
  }

  /** Loads a bundle's pooling. */
  static SoftPromptPooling load(AdapterBundle bundle, TorchOptions options) {
    int heads = bundle.spec().pooling().kind() instanceof Pma pma ? pma.heads() : 0;
    Map<String, ScriptAttribute> attributes = new LinkedHashMap<>();
    attributes.put("heads", ScriptAttribute.of(heads));
    attributes.put("device", ScriptAttribute.of(options.device().torchName()));
    attributes.put("tokens", ScriptAttribute.noTensors());
    attributes.put("attention", ScriptAttribute.noTensors());
    attributes.put("projections", ScriptAttribute.noTensors());
    TorchModule module =
        TorchModule.load(
            TorchScriptPacker.source(SoftPromptPooling.class, "pooling.py"), "Pooling", attributes);
    boolean filled = false;
    try {
      options.cores().run(() -> fill(module, bundle.pooling()));
      filled = true;
      return new SoftPromptPooling(bundle.spec(), module);
    } finally {
      if (!filled) {
        module.close();
      }
    }
  }

  private static void fill(TorchModule module, Map<String, BundleTensor> tensors) {
    List<TorchTensor> tokens = new ArrayList<>();
    List<TorchTensor> attention = new ArrayList<>();
    List<TorchTensor> projections = new ArrayList<>();
    try {
      tensors.forEach(
          (name, tensor) -> {
            List<TorchTensor> part =
                name.startsWith("pooling.token_projection.")
                    ? tokens
                    : name.startsWith("pooling.projection.") ? projections : attention;
            long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
            part.add(TorchTensor.ofFloats(tensor.values(), shape));
          });
      module.call(
          "load",
          ScriptArgument.of(tokens),
          ScriptArgument.of(attention),
          ScriptArgument.of(projections));
    } finally {
      List.of(tokens, attention, projections).forEach(part -> part.forEach(TorchTensor::close));
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
    PoolingPlan plan = new PoolingPlan();
    for (int index : which) {
      plan.add(batch.get(index), index * length, count(), ratio);
    }
    float[] all;
    try (TorchTensor pooled = run(states, plan, ratio)) {
      all = pooled.toFloats();
    }
    return split(all, plan.softTokens());
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
          window.combine() == Combine.MEAN ? mean(states, plan) : concat(states, plan, ratio);
      case Pma pma ->
          attend(states, plan, pma.scope() == Scope.CHUNK ? plan.byChunk() : plan.byWindow());
    };
  }

  private TorchTensor mean(TorchTensor states, PoolingPlan plan) {
    try (TorchTensor rows = LongTensors.of(plan.rows());
        TorchTensor words = words(plan);
        TorchTensor windows = LongTensors.of(plan.windows())) {
      return module.tensor(
          "mean",
          ScriptArgument.of(states),
          ScriptArgument.of(rows),
          ScriptArgument.of(words),
          ScriptArgument.of(plan.wordCount()),
          ScriptArgument.of(windows),
          ScriptArgument.of(plan.windowCount()),
          ScriptArgument.of(0));
    }
  }

  private TorchTensor concat(TorchTensor states, PoolingPlan plan, int ratio) {
    try (TorchTensor rows = LongTensors.of(plan.rows());
        TorchTensor words = words(plan);
        TorchTensor places = LongTensors.of(plan.places())) {
      return module.tensor(
          "concat",
          ScriptArgument.of(states),
          ScriptArgument.of(rows),
          ScriptArgument.of(words),
          ScriptArgument.of(plan.wordCount()),
          ScriptArgument.of(places),
          ScriptArgument.of(plan.windowCount()),
          ScriptArgument.of(ratio),
          ScriptArgument.of(spec.ratios().indexOf(ratio)));
    }
  }

  private TorchTensor attend(TorchTensor states, PoolingPlan plan, Attention attention) {
    try (TorchTensor rows = LongTensors.of(plan.rows());
        TorchTensor members =
            LongTensors.of(attention.members(), attention.groups(), attention.longest());
        TorchTensor wanted = LongTensors.of(attention.wanted())) {
      return module.tensor(
          "attend",
          ScriptArgument.of(states),
          ScriptArgument.of(rows),
          ScriptArgument.of(members),
          ScriptArgument.of(attention.queries()),
          ScriptArgument.of(wanted));
    }
  }

  /** Nothing where each token is a unit of its own. */
  private TorchTensor words(PoolingPlan plan) {
    return LongTensors.of(count() == Count.WORDS ? plan.words() : NONE);
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
