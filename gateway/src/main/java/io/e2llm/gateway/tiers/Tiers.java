package io.e2llm.gateway.tiers;

import io.e2llm.common.client.Endpoint;
import io.e2llm.decoder.v1.DecoderInfo;
import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.List;

/**
 * The tiers as they stand: one encoder and one decoder identity, and the endpoints that have it.
 * Tokenizers and template are what the tiers themselves use; they stay open while the {@link
 * TierDirectory} does.
 *
 * @param encoder the encoder
 * @param encoderTokenizer its tokenizer
 * @param encoders encoders that answer, at least one
 * @param decoder the decoder
 * @param decoderTokenizer its tokenizer
 * @param chatTemplate its chat template
 * @param decoders decoders that answer, at least one
 */
public record Tiers(
    EncoderInfo encoder,
    Tokenizer encoderTokenizer,
    List<Endpoint> encoders,
    DecoderInfo decoder,
    Tokenizer decoderTokenizer,
    ChatTemplate chatTemplate,
    List<Endpoint> decoders) {
  /** Copies the lists. */
  public Tiers {
    encoders = List.copyOf(encoders);
    decoders = List.copyOf(decoders);
  }

  /** Whether both tiers hold the same bundle, so that soft prompts can be used. */
  public boolean bundleUsable() {
    return !encoder.getBundleDigest().isEmpty()
        && encoder.getBundleDigest().equals(decoder.getBundleDigest());
  }
}
