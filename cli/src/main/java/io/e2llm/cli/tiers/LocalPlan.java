package io.e2llm.cli.tiers;

import io.e2llm.common.server.ListenSettings;
import io.e2llm.decoder.DecoderSettings;
import io.e2llm.encoder.EncoderSettings;
import io.e2llm.engine.torch.PrecisionChoice;
import io.e2llm.gateway.GatewaySettings;
import io.e2llm.gateway.http.HttpSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What all tiers of one process are made of.
 *
 * @param models which models
 * @param limits limits of the tiers
 * @param ports where the tiers listen; empty for this process alone
 */
public record LocalPlan(Models models, Limits limits, Optional<Ports> ports) {
  /**
   * Which models.
   *
   * @param encoder name or path; empty for the default
   * @param decoder name or path; empty for the default
   * @param bundle folder of the adapter bundle
   * @param precision arithmetic of both
   * @param kvPrecision how the decoder keeps keys and values
   */
  public record Models(
      Optional<String> encoder,
      Optional<String> decoder,
      Optional<Path> bundle,
      PrecisionChoice precision,
      PrecisionChoice kvPrecision) {}

  /**
   * Limits of the tiers.
   *
   * @param gateway the gateway's
   * @param encoder the encoder's
   * @param decoder the decoder's
   */
  public record Limits(GatewaySettings gateway, EncoderSettings encoder, DecoderSettings decoder) {
    /** The defaults. */
    public static Limits defaults() {
      return new Limits(
          GatewaySettings.defaults(), EncoderSettings.defaults(), DecoderSettings.defaults());
    }
  }

  /**
   * Where the tiers listen.
   *
   * @param gateway the gateway
   * @param encoder the encoder
   * @param decoder the decoder
   * @param http the gateway's HTTP door
   */
  public record Ports(
      ListenSettings gateway, ListenSettings encoder, ListenSettings decoder, HttpSettings http) {}
}
