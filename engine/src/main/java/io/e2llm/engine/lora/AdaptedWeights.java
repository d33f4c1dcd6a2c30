package io.e2llm.engine.lora;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.weights.TensorInfo;
import io.e2llm.engine.weights.Weights;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weights into which LoRA is merged as they are read: dequantized, then merged, so that what is
 * quantized afterwards is the sum. Closing it leaves the weights underneath open. Thread-safe.
 */
public final class AdaptedWeights implements Weights {
  private static final String WEIGHT = ".weight";

  private final Weights weights;
  private final Map<String, LoraPair> pairs;
  private final double factor;

  /**
   * Weights with LoRA.
   *
   * @param pairs by the names of the layers they stand beside
   * @throws ModelException when there is no such layer, or it has another shape
   */
  public AdaptedWeights(Weights weights, LoraSpec spec, Map<String, LoraPair> pairs) {
    this.weights = weights;
    this.pairs = Map.copyOf(pairs);
    this.factor = spec.factor();
    pairs.forEach((layer, pair) -> check(layer, pair, weights.tensors().get(layer + WEIGHT)));
  }

  private static void check(String layer, LoraPair pair, @Nullable TensorInfo info) {
    List<Long> wanted = List.of((long) pair.out(), (long) pair.in());
    if (info == null || !info.shape().equals(wanted)) {
      throw new ModelException(
          "LoRA of %s: made for a weight %s, but the model has %s"
              .formatted(layer, wanted, info == null ? "none" : info.shape()));
    }
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return weights.tensors();
  }

  @Override
  public ByteBuffer readFp32(String name) {
    ByteBuffer values = weights.readFp32(name);
    LoraPair pair = pair(name);
    if (pair != null) {
      pair.addTo(values.asFloatBuffer(), 0, pair.out(), factor);
    }
    return values;
  }

  @Override
  public ByteBuffer readFp32Rows(String name, long firstRow, long rows) {
    ByteBuffer values = weights.readFp32Rows(name, firstRow, rows);
    LoraPair pair = pair(name);
    if (pair != null) {
      FloatBuffer floats = values.asFloatBuffer();
      pair.addTo(floats, Math.toIntExact(firstRow), Math.toIntExact(rows), factor);
    }
    return values;
  }

  private @Nullable LoraPair pair(String name) {
    return name.endsWith(WEIGHT)
        ? pairs.get(name.substring(0, name.length() - WEIGHT.length()))
        : null;
  }

  @Override
  public void close() {}
}
