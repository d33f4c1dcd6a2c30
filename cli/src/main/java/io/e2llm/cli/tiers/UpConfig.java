package io.e2llm.cli.tiers;

import io.e2llm.common.config.Setting;
import io.e2llm.common.metrics.MetricsSettings;
import io.e2llm.common.server.ListenSettings;
import io.e2llm.decoder.DecoderSettings;
import io.e2llm.encoder.EncoderSettings;
import io.e2llm.engine.torch.PrecisionChoice;
import io.e2llm.gateway.GatewaySettings;
import io.e2llm.gateway.documents.DocumentSettings;
import io.e2llm.gateway.http.HttpSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Settings of a process that runs all tiers.
 *
 * @param gatewayListen where the gateway listens
 * @param http how the gateway speaks HTTP
 * @param encoderListen where the encoder listens
 * @param decoderListen where the decoder listens
 * @param documents that are kept
 * @param metrics where the metrics of all are read
 * @param encoder name or path of the encoder; empty for the default
 * @param decoder name or path of the decoder; empty for the default
 * @param bundle folder of the adapter bundle
 * @param precision arithmetic of both models
 * @param kvPrecision how the decoder keeps keys and values
 * @param gatewayLimits limits of the gateway
 * @param encoderLimits limits of the encoder
 * @param decoderLimits limits of the decoder
 */
public record UpConfig(
    @Setting(doc = "Where the gateway listens.", defaults = "port=7070")
        ListenSettings gatewayListen,
    @Setting(doc = "How the gateway speaks HTTP.") HttpSettings http,
    @Setting(doc = "Where the encoder listens.", defaults = "port=7071")
        ListenSettings encoderListen,
    @Setting(doc = "Where the decoder listens.", defaults = "port=7072")
        ListenSettings decoderListen,
    @Setting(doc = "Documents that the gateway keeps.") DocumentSettings documents,
    @Setting(doc = "Where the metrics of all tiers are read.", defaults = "port=9070")
        MetricsSettings metrics,
    @Setting(doc = "Encoder: a name of the catalogue or a folder; none is the default one.")
        Optional<String> encoder,
    @Setting(
            doc = "Decoder: a name of the catalogue, a folder or a GGUF file; none is the default.")
        Optional<String> decoder,
    @Setting(
            doc =
                "Folder of the adapter bundle; none for no bundle. Without it, the one that comes"
                    + " with e2llm, where it was made for the model.")
        Optional<Path> bundle,
    @Setting(value = "auto", doc = PrecisionDocs.PRECISION) PrecisionChoice precision,
    @Setting(value = "auto", doc = PrecisionDocs.KV_PRECISION) PrecisionChoice kvPrecision,
    @Setting(doc = "Limits of the gateway.") GatewaySettings gatewayLimits,
    @Setting(doc = "Limits of the encoder.") EncoderSettings encoderLimits,
    @Setting(doc = "Limits of the decoder.") DecoderSettings decoderLimits) {
  /** The tiers that listen. */
  public List<Listener> listeners() {
    Stream<Listener> tiers =
        Stream.of(
            new Listener("gateway", gatewayListen),
            new Listener("encoder", encoderListen),
            new Listener("decoder", decoderListen));
    return Stream.concat(tiers, Listener.http(http)).toList();
  }

  /** What is to be started. */
  public LocalPlan plan() {
    return new LocalPlan(
        new LocalPlan.Models(encoder, decoder, bundle, precision, kvPrecision),
        new LocalPlan.Limits(gatewayLimits, encoderLimits, decoderLimits),
        Optional.of(new LocalPlan.Ports(gatewayListen, encoderListen, decoderListen, http)));
  }
}
