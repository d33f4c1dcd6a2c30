package io.e2llm.engine.bundle;

import io.e2llm.engine.bundle.PoolingSpec.Pma;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * Names and shapes of a bundle's tensors, in the order in which the models take them. All are F32,
 * F16 or BF16; weights of linear layers are {@code [out, in]}.
 *
 * <table>
 *   <caption>Tensors of {@code adapter.safetensors}</caption>
 *   <tr><th>tensor</th><th>there with</th></tr>
 *   <tr><td>{@code pooling.token_projection.{weight,bias}}</td><td>{@code token_width}</td></tr>
 *   <tr><td>{@code pooling.token_projection.linear1.{weight,bias}}, {@code
 *       pooling.token_projection.linear2.{weight,bias}}, {@code
 *       pooling.token_projection.residual.weight}</td><td>{@code token_inner_width}, in place of
 *       those</td></tr>
 *   <tr><td>{@code pooling.queries}, {@code pooling.{query,key,value}.{weight,bias}}, {@code
 *       pooling.norm1.{weight,bias}}, {@code pooling.feed_forward.{weight,bias}}, {@code
 *       pooling.norm2.{weight,bias}}</td><td>{@code pma}</td></tr>
 *   <tr><td>{@code pooling.projection.{weight,bias}}</td><td>{@code projection}; for concatenating
 *       windows {@code pooling.projection.RATIO.{weight,bias}}</td></tr>
 *   <tr><td>{@code adapter.linear1.{weight,bias}}, {@code adapter.linear2.{weight,bias}}</td>
 *       <td>always</td></tr>
 *   <tr><td>{@code adapter.residual.weight}</td><td>{@code residual}</td></tr>
 * </table>
 */
public final class BundleTensors {
  private BundleTensors() {}

  /** The tensors of the encoder's part, with their shapes; may be none. */
  public static Map<String, List<Long>> ofPooling(BundleSpec spec) {
    PoolingSpec pooling = spec.pooling();
    int states = spec.encoder().statesWidth();
    int tokens = pooling.widthOfTokens(states);
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    int inner = pooling.tokens().innerWidth();
    if (inner > 0) {
      linear(shapes, "pooling.token_projection.linear1", inner, states);
      linear(shapes, "pooling.token_projection.linear2", tokens, inner);
      shapes.put("pooling.token_projection.residual.weight", List.of((long) tokens, (long) states));
    } else if (pooling.tokens().width() > 0) {
      linear(shapes, "pooling.token_projection", tokens, states);
    }
    if (pooling.kind() instanceof Pma pma) {
      ofPma(shapes, pma, tokens);
    }
    if (pooling.projectionByRatio() && pooling.projection()) {
      for (int ratio : spec.ratios()) {
        linear(
            shapes,
            "pooling.projection." + ratio,
            pooling.pooledWidth(),
            pooling.widthBeforeProjection(states, ratio));
      }
    } else if (pooling.projection()) {
      linear(
          shapes,
          "pooling.projection",
          pooling.pooledWidth(),
          pooling.widthBeforeProjection(states, 1));
    }
    return shapes;
  }

  /** The tensors of the decoder's part, with their shapes. */
  public static Map<String, List<Long>> ofAdapter(BundleSpec spec) {
    int pooled = spec.pooling().pooledWidth();
    int hidden = spec.decoder().hiddenSize();
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    linear(shapes, "adapter.linear1", spec.adapter().innerWidth(), pooled);
    linear(shapes, "adapter.linear2", hidden, spec.adapter().innerWidth());
    if (spec.adapter().residual()) {
      shapes.put("adapter.residual.weight", List.of((long) hidden, (long) pooled));
    }
    return shapes;
  }

  /**
   * What a tensor's elements are before anything is learned: norms as identity, biases and what
   * LoRA adds at zero, all else such that a product keeps the variance.
   */
  public static DoubleSupplier seeded(String name, List<Long> shape, RandomGenerator random) {
    if (name.endsWith(".bias") || (name.startsWith("lora.") && name.endsWith(".b"))) {
      return () -> 0;
    }
    if (name.contains(".norm")) {
      return () -> 1;
    }
    double scale = 1 / Math.sqrt(shape.getLast());
    return () -> scale * random.nextGaussian();
  }

  private static void ofPma(Map<String, List<Long>> shapes, Pma pma, int tokens) {
    long width = pma.width();
    shapes.put("pooling.queries", List.of((long) pma.queries(), width));
    linear(shapes, "pooling.query", pma.width(), pma.width());
    linear(shapes, "pooling.key", pma.width(), tokens);
    linear(shapes, "pooling.value", pma.width(), tokens);
    norm(shapes, "pooling.norm1", width);
    linear(shapes, "pooling.feed_forward", pma.width(), pma.width());
    norm(shapes, "pooling.norm2", width);
  }

  private static void linear(Map<String, List<Long>> shapes, String name, int out, int in) {
    shapes.put(name + ".weight", List.of((long) out, (long) in));
    shapes.put(name + ".bias", List.of((long) out));
  }

  private static void norm(Map<String, List<Long>> shapes, String name, long width) {
    shapes.put(name + ".weight", List.of(width));
    shapes.put(name + ".bias", List.of(width));
  }
}
