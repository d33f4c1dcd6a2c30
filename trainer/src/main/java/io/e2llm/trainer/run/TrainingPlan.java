package io.e2llm.trainer.run;

import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.torch.Precision;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.objective.Exercise;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a training run does; equal plans on equal data give equal bundles on one machine.
 *
 * @param spec of the bundle
 * @param data digest of what is learned from, and of how it is drawn
 * @param mix how often each kind of exercise is drawn
 * @param steps of the optimizer
 * @param rows fewest rows of the decoder that a step learns from
 * @param warmUp steps in which the rate rises
 * @param rates of learning
 * @param decay of weights
 * @param clip most norm of a step's gradient
 * @param evaluateEvery steps between evaluations and checkpoints
 * @param seed decides what is drawn
 * @param recompute whether layers are run twice to save memory
 * @param precision of the decoder's products, fp32 or bf16
 */
public record TrainingPlan(
    BundleSpec spec,
    String data,
    Map<Exercise.Kind, Double> mix,
    int steps,
    int rows,
    int warmUp,
    Rates rates,
    double decay,
    double clip,
    int evaluateEvery,
    long seed,
    boolean recompute,
    Precision precision) {
  /** Checks the numbers. */
  public TrainingPlan {
    mix = Collections.unmodifiableMap(new TreeMap<>(mix)); // in an order that is always the same
    if (steps < 1 || rows < 1 || warmUp < 0 || evaluateEvery < 1 || !(clip > 0) || decay < 0) {
      throw new TrainingException("steps, rows, evaluate-every and clip must be above 0");
    }
    if (precision != Precision.FP32 && precision != Precision.BF16) {
      throw new TrainingException("precision: fp32 or bf16 is wanted");
    }
    if (!mix.values().stream().allMatch(share -> share >= 0 && Double.isFinite(share))
        || mix.values().stream().mapToDouble(Double::doubleValue).sum() <= 0) {
      throw new TrainingException("the shares of exercises must not be negative, nor all be 0");
    }
  }

  /**
   * The highest rates; what has a rate of 0 does not learn.
   *
   * @param pooling of the pooling
   * @param adapter of the adapter
   * @param lora of the decoder's LoRA
   */
  public record Rates(double pooling, double adapter, double lora) {
    /** By what the names of parameters begin with. */
    List<Map.Entry<String, Double>> byPrefix() {
      return List.of(
          Map.entry("pooling.", pooling), Map.entry("adapter.", adapter), Map.entry("lora.", lora));
    }
  }
}
