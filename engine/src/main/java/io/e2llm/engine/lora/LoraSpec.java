package io.e2llm.engine.lora;

import io.e2llm.engine.ModelException;
import java.util.List;

/**
 * Low-rank adaptation of a model's linear layers (Hu et al., LoRA, ICLR 2022): beside each weight
 * {@code w [out, in]} of a target stand {@code a [rank, in]} and {@code b [out, rank]}, and the
 * layer computes with {@code w + factor * b a}.
 *
 * @param rank of the product
 * @param alpha the factor times the rank
 * @param targets endings of the names of adapted layers, for example {@code self_attn.q_proj}
 */
public record LoraSpec(int rank, double alpha, List<String> targets) {
  /** Checks the numbers. */
  public LoraSpec {
    targets = List.copyOf(targets);
    if (rank < 1 || !Double.isFinite(alpha) || targets.isEmpty()) {
      throw new ModelException("LoRA of rank " + rank + ", alpha " + alpha + " on " + targets);
    }
  }

  /** What {@code b a} is multiplied by. */
  public double factor() {
    return alpha / rank;
  }
}
