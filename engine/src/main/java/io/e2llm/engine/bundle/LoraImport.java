package io.e2llm.engine.bundle;

import io.e2llm.engine.bundle.BundleLora.Side;
import io.e2llm.engine.lora.LoraPair;
import io.e2llm.engine.lora.LoraSpec;
import io.e2llm.engine.lora.PeftLora;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Makes bundles whose LoRA was trained elsewhere. */
public final class LoraImport {
  private LoraImport() {}

  /**
   * Writes a bundle that is as another but for its LoRA. Whether LoRA fits the model shows when the
   * model is loaded.
   *
   * @param lora by the model it stands beside; the other model keeps what the bundle has for it
   * @param folder of the new bundle, made where it is missing
   * @throws io.e2llm.engine.ModelException when the bundle cannot be read or written
   */
  public static void write(AdapterBundle bundle, Map<Side, PeftLora> lora, Path folder) {
    BundleSpec old = bundle.spec();
    BundleSpec spec =
        new BundleSpec(
            old.trained(),
            old.encoder(),
            old.decoder(),
            old.chunking(),
            old.pooling(),
            old.ratios(),
            old.adapter(),
            new BundleLora(spec(old, lora, Side.ENCODER), spec(old, lora, Side.DECODER)));
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    Map<String, FloatBuffer> values = new LinkedHashMap<>();
    Map<String, BundleTensor> kept = new LinkedHashMap<>(bundle.pooling());
    kept.putAll(bundle.adapter());
    kept.forEach(
        (name, tensor) -> {
          shapes.put(name, tensor.shape());
          values.put(name, tensor.values().asFloatBuffer());
        });
    for (Side side : Side.values()) {
      PeftLora own = lora.get(side);
      Map<String, LoraPair> pairs = own == null ? bundle.pairs(side) : own.pairs();
      new TreeMap<>(pairs)
          .forEach(
              (layer, pair) -> {
                long rank = pair.rank();
                shapes.put(side.prefix() + layer + ".a", List.of(rank, (long) pair.in()));
                values.put(side.prefix() + layer + ".a", pair.a().duplicate());
                shapes.put(side.prefix() + layer + ".b", List.of((long) pair.out(), rank));
                values.put(side.prefix() + layer + ".b", pair.b().duplicate());
              });
    }
    AdapterBundles.write(folder, spec, shapes, bundle.type(), name -> elements(values.get(name)));
  }

  private static Optional<LoraSpec> spec(BundleSpec old, Map<Side, PeftLora> lora, Side side) {
    PeftLora own = lora.get(side);
    return own == null ? old.lora().of(side) : Optional.of(own.spec());
  }

  private static DoubleSupplier elements(@Nullable FloatBuffer values) {
    FloatBuffer all = Objects.requireNonNull(values);
    return all::get;
  }
}
