package io.e2llm.engine.bundle;

import io.e2llm.engine.lora.LoraSpec;
import java.util.Optional;

/**
 * LoRA that a bundle brings. Tensors are {@code lora.SIDE.LAYER.a [rank, in]} and {@code
 * lora.SIDE.LAYER.b [out, rank]}, SIDE {@code encoder} or {@code decoder}, LAYER the adapted
 * layer's name in the checkpoint.
 *
 * @param encoder of the encoder
 * @param decoder of the decoder
 */
public record BundleLora(Optional<LoraSpec> encoder, Optional<LoraSpec> decoder) {
  /** None. */
  public static final BundleLora NONE = new BundleLora(Optional.empty(), Optional.empty());

  /** A model that LoRA can stand beside. */
  public enum Side {
    /** The encoder. */
    ENCODER,
    /** The decoder. */
    DECODER;

    /** What the names of its tensors begin with. */
    public String prefix() {
      return "lora." + PoolingSpec.lower(this) + ".";
    }
  }

  /** That of a side. */
  public Optional<LoraSpec> of(Side side) {
    return switch (side) {
      case ENCODER -> encoder;
      case DECODER -> decoder;
    };
  }
}
