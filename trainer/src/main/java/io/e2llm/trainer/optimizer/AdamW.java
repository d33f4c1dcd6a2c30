package io.e2llm.trainer.optimizer;

import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.ScriptAttribute;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchResult;
import io.e2llm.engine.torch.TorchScriptPacker;
import io.e2llm.engine.torch.TorchTensor;
import io.e2llm.trainer.graph.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW (Loshchilov and Hutter, Decoupled weight decay regularization, ICLR 2019) with clipping by
 * the norm of all gradients together. Confined to one thread at a time.
 */
public final class AdamW implements AutoCloseable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.98;
  private static final double EPSILON = 1e-8;

  private final TorchModule module;
  private final List<Group> groups = new ArrayList<>();

  /** An optimizer of these groups, which stay the caller's. */
  public AdamW(List<ParameterGroup> groups) {
    Map<String, ScriptAttribute> attributes = new LinkedHashMap<>();
    attributes.put("beta1", ScriptAttribute.of(BETA1));
    attributes.put("beta2", ScriptAttribute.of(BETA2));
    attributes.put("epsilon", ScriptAttribute.of(EPSILON));
    module =
        TorchModule.load(TorchScriptPacker.source(AdamW.class, "adamw.py"), "AdamW", attributes);
    groups.forEach(group -> this.groups.add(new Group(group)));
  }

  /**
   * Parameters with a rate and a decay of their own.
   *
   * @param parameters that learn
   * @param rate what the schedule's rate is multiplied by
   * @param decay share of a parameter's value that a step at rate 1 takes away
   */
  public record ParameterGroup(List<Parameter> parameters, double rate, double decay) {
    /** Copies the list. */
    public ParameterGroup {
      parameters = List.copyOf(parameters);
    }
  }

  /** Running means, one parameter each of what is learned, to be kept with a checkpoint. */
  public List<Parameter> state() {
    List<Parameter> state = new ArrayList<>();
    groups.forEach(
        group -> {
          state.addAll(group.first);
          state.addAll(group.second);
        });
    return state;
  }

  /**
   * Takes a step with the gradients that have added up, and clears them.
   *
   * @param t counted from 1
   * @param rate of learning
   * @param mostNorm gradients with a larger norm are scaled down to it
   * @return the norm before that
   */
  public double step(int t, double rate, double mostNorm) {
    List<List<TorchTensor>> gradients = new ArrayList<>();
    try {
      groups.forEach(
          group ->
              gradients.add(group.parameters.stream().map(p -> p.tensor().gradient()).toList()));
      double norm = norm(gradients.stream().flatMap(List::stream).toList());
      if (!Double.isFinite(norm)) {
        return norm;
      }
      double scale = norm > mostNorm ? mostNorm / norm : 1;
      for (int i = 0; i < groups.size(); i++) {
        groups.get(i).step(gradients.get(i), t, rate, scale);
      }
      return norm;
    } finally {
      gradients.forEach(group -> group.forEach(TorchTensor::close));
    }
  }

  private double norm(List<TorchTensor> gradients) {
    try (TorchResult result = module.run("norm", ScriptArgument.of(gradients))) {
      return result.real();
    }
  }

  /** A group with its running means. */
  private final class Group implements AutoCloseable {
    final List<Parameter> parameters;
    final List<Parameter> first;
    final List<Parameter> second;
    final double rate;
    final double decay;

    Group(ParameterGroup group) {
      parameters = group.parameters();
      first = likeThem("first.");
      second = likeThem("second.");
      rate = group.rate();
      decay = group.decay();
    }

    private List<Parameter> likeThem(String prefix) {
      return parameters.stream().map(p -> new Parameter(prefix + p.name(), p.shape())).toList();
    }

    void step(List<TorchTensor> gradients, int t, double base, double scale) {
      module.call(
          "step",
          ScriptArgument.of(parameters.stream().map(Parameter::tensor).toList()),
          ScriptArgument.of(gradients),
          ScriptArgument.of(first.stream().map(Parameter::tensor).toList()),
          ScriptArgument.of(second.stream().map(Parameter::tensor).toList()),
          ScriptArgument.of(t),
          ScriptArgument.of(base * rate),
          ScriptArgument.of(decay),
          ScriptArgument.of(scale));
    }

    @Override
    public void close() {
      first.forEach(Parameter::close);
      second.forEach(Parameter::close);
    }
  }

  @Override
  public void close() {
    module.close();
    groups.forEach(Group::close);
  }
}
