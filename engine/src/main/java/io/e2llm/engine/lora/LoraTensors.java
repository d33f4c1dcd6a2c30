package io.e2llm.engine.lora;

import io.e2llm.engine.torch.TorchTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * LoRA of a model's layers as the scripts of graphs take it: for each target {@code a [rank, in]}
 * and {@code b [out, rank]}, without elements where there is none. Confined to one thread at a
 * time.
 */
public final class LoraTensors implements AutoCloseable {
  private final List<TorchTensor> none;
  private final List<List<TorchTensor>> layers = new ArrayList<>();

  /**
   * A linear layer that LoRA can stand beside.
   *
   * @param name behind the layer's number, for example {@code self_attn.q_proj}
   * @param in width of what it reads
   * @param out width of what it gives
   */
  public record Target(String name, long in, long out) {}

  /**
   * Names and shapes of LoRA's tensors, layer after layer.
   *
   * @param prefix what stands before a layer's number
   * @param targets all that there are, of which the specification names some
   */
  public static Map<String, List<Long>> shapes(
      LoraSpec spec, String prefix, int layers, List<Target> targets) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    for (int layer = 0; layer < layers; layer++) {
      for (Target target : targets) {
        if (spec.targets().contains(target.name())) {
          String name = prefix + layer + "." + target.name();
          shapes.put(name + ".a", List.of((long) spec.rank(), target.in()));
          shapes.put(name + ".b", List.of(target.out(), (long) spec.rank()));
        }
      }
    }
    return shapes;
  }

  /**
   * Some of a model's tensors by layers and targets.
   *
   * @param prefix as of {@link #shapes}
   * @param tensors by the names of {@link #shapes}; the caller's to close
   */
  public LoraTensors(
      String prefix, int layers, List<Target> targets, Map<String, TorchTensor> tensors) {
    none =
        Stream.generate(() -> TorchTensor.of(new float[0], 0)).limit(2L * targets.size()).toList();
    for (int layer = 0; layer < layers; layer++) {
      List<TorchTensor> own = new ArrayList<>();
      for (int i = 0; i < targets.size(); i++) {
        String name = prefix + layer + "." + targets.get(i).name();
        own.add(tensors.getOrDefault(name + ".a", none.get(2 * i)));
        own.add(tensors.getOrDefault(name + ".b", none.get(2 * i + 1)));
      }
      this.layers.add(List.copyOf(own));
    }
  }

  /** A layer's, target after target. */
  public List<TorchTensor> of(int layer) {
    return layers.get(layer);
  }

  @Override
  public void close() {
    none.forEach(TorchTensor::close);
  }
}
