package io.e2llm.cli.eval;

import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.gateway.v1.GetGatewayResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is measured.
 *
 * @param encoder name of the encoder
 * @param decoder name of the decoder
 * @param window of the decoder, tokens
 * @param ratios of the bundle; empty without one
 * @param trained whether there is a bundle and it is trained
 * @param bundle where the models run in this process
 */
public record MeasuredModels(
    String encoder,
    String decoder,
    int window,
    List<Integer> ratios,
    boolean trained,
    Optional<AdapterBundle> bundle) {
  /** Copies the ratios. */
  public MeasuredModels {
    ratios = List.copyOf(ratios);
  }

  /** As a gateway tells. */
  static MeasuredModels of(GetGatewayResponse told, Optional<AdapterBundle> bundle) {
    return new MeasuredModels(
        told.getEncoderModel(),
        told.getDecoderModel(),
        told.getWindow(),
        told.getRatiosList(),
        told.getBundleTrained(),
        bundle);
  }

  /** Whether there are soft prompts. */
  boolean soft() {
    return !ratios.isEmpty();
  }

  /** Whether the decoder that serves has LoRA, as far as this process knows. */
  boolean lora() {
    return bundle.filter(b -> b.spec().lora().decoder().isPresent()).isPresent();
  }

  /** For people: encoder, decoder and bundle. */
  public String line() {
    String with =
        bundle.map(b -> ", bundle " + b.name() + " " + b.digest().substring(0, 12)).orElse("");
    return encoder + ", " + decoder + with;
  }

  /** As data; what is not known of the bundle is left out. */
  public Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("encoder", encoder);
    object.put("decoder", decoder);
    object.put("window", window);
    object.put("ratios", ratios);
    object.put("bundle_trained", trained);
    bundle.ifPresent(
        b -> {
          object.put("bundle", b.name());
          object.put("bundle_digest", b.digest());
          object.put("bundle_lora", lora());
          object.put("chunk_tokens", b.spec().chunking().chunkTokens());
        });
    return object;
  }
}
