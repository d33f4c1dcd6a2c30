package io.e2llm.cli.tiers;

import io.e2llm.common.config.Setting;
import io.e2llm.common.metrics.MetricsSettings;
import io.e2llm.common.server.ListenSettings;
import io.e2llm.decoder.DecoderSettings;
import io.e2llm.engine.torch.PrecisionChoice;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of a decoder's process.
 *
 * @param listen where it listens
 * @param metrics where its metrics are read
 * @param model name or path of the model; empty for the default
 * @param bundle folder of the adapter bundle
 * @param precision arithmetic of the model
 * @param kvPrecision how it keeps keys and values
 * @param limits limits of the tier
 */
public record DecoderConfig(
    @Setting(doc = "Where the decoder listens.", defaults = "port=7072") ListenSettings listen,
    @Setting(doc = "Where its metrics are read.", defaults = "port=9072") MetricsSettings metrics,
    @Setting(
            doc = "Decoder: a name of the catalogue, a folder or a GGUF file; none is the default.")
        Optional<String> model,
    @Setting(
            doc =
                "Folder of the adapter bundle; none for no bundle. Without it, the one that comes"
                    + " with e2llm, where it was made for the model.")
        Optional<Path> bundle,
    @Setting(value = "auto", doc = PrecisionDocs.PRECISION) PrecisionChoice precision,
    @Setting(value = "auto", doc = PrecisionDocs.KV_PRECISION) PrecisionChoice kvPrecision,
    @Setting(doc = "Limits of the tier.") DecoderSettings limits) {}
