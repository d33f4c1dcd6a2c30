package io.e2llm.trainer.run;

import io.e2llm.engine.bundle.BundleLora.Side;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.torch.Precision;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.objective.Exercise;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a training run does; equal plans on equal data give equal bundles on one machine.
 *
 * @param spec of the bundle
 * @param drawing what is learned from
 * @param learning how it is learned
 * @param evaluateEvery steps between evaluations and checkpoints
 * @param recompute whether layers are run twice to save memory
 * @param precision of the decoder's products, fp32 or bf16
 */
public record TrainingPlan(
    BundleSpec spec,
    Drawing drawing,
    Learning learning,
    int evaluateEvery,
    boolean recompute,
    Precision precision) {
  /** Checks the numbers. */
  public TrainingPlan {
    if (evaluateEvery < 1) {
      throw new TrainingException("evaluate-every must be above 0");
    }
    if (precision != Precision.FP32 && precision != Precision.BF16) {
      throw new TrainingException("precision: fp32 or bf16 is wanted");
    }
    if (drawing.ratioShares().size() != spec.ratios().size()) {
      throw new TrainingException(
          "ratio-shares: %d for %d ratios"
              .formatted(drawing.ratioShares().size(), spec.ratios().size()));
    }
  }

  /**
   * What a step learns from.
   *
   * @param data digest of what is learned from, and of how it is cut
   * @param mix how often each kind of exercise is drawn
   * @param ratioShares how often each ratio is drawn
   * @param rows fewest rows of the decoder in a step
   * @param seed decides what is drawn
   */
  public record Drawing(
      String data, Map<Exercise.Kind, Double> mix, List<Double> ratioShares, int rows, long seed) {
    /** Checks the numbers. */
    public Drawing {
      mix = Collections.unmodifiableMap(new TreeMap<>(mix)); // in an order that is always the same
      ratioShares = List.copyOf(ratioShares);
      checkShares("the shares of exercises", mix.values());
      checkShares("ratio-shares", ratioShares);
      if (rows < 1) {
        throw new TrainingException("rows must be above 0");
      }
    }

    private static void checkShares(String what, Collection<Double> shares) {
      if (!shares.stream().allMatch(share -> share >= 0 && Double.isFinite(share))
          || shares.stream().mapToDouble(Double::doubleValue).sum() <= 0) {
        throw new TrainingException(what + " must not be negative, nor all be 0");
      }
    }
  }

  /**
   * How it is learned.
   *
   * @param steps of the optimizer
   * @param warmUp steps in which the rates rise
   * @param rates of learning
   * @param decay of weights
   * @param clip most norm of a step's gradient
   * @param distillation share of the loss of answers from soft prompts that is the distance to what
   *     the decoder says when it reads the text, from 0 to 1
   */
  public record Learning(
      int steps, int warmUp, Rates rates, double decay, double clip, double distillation) {
    /** Checks the numbers. */
    public Learning {
      if (steps < 1 || warmUp < 0 || !(clip > 0) || !(decay >= 0)) {
        throw new TrainingException(
            "count and clip must be above 0, warm-up and decay not negative");
      }
      if (!(distillation >= 0 && distillation <= 1)) {
        throw new TrainingException("distillation: a share from 0 to 1 is wanted");
      }
    }
  }

  /**
   * The highest rates; what has a rate of 0 does not learn.
   *
   * @param pooling of the pooling
   * @param adapter of the adapter
   * @param decoder of the decoder's LoRA
   * @param encoder of the encoder's LoRA
   */
  public record Rates(double pooling, double adapter, double decoder, double encoder) {
    /** By what the names of parameters begin with. */
    List<Map.Entry<String, Double>> byPrefix() {
      return List.of(
          Map.entry("pooling.", pooling),
          Map.entry("adapter.", adapter),
          Map.entry(Side.DECODER.prefix(), decoder),
          Map.entry(Side.ENCODER.prefix(), encoder));
    }
  }
}
