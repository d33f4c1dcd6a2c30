package io.e2llm.cli.tiers;

import io.e2llm.common.config.Setting;
import io.e2llm.common.metrics.MetricsSettings;
import io.e2llm.common.server.ListenSettings;
import io.e2llm.encoder.EncoderSettings;
import io.e2llm.engine.torch.PrecisionChoice;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of an encoder's process.
 *
 * @param listen where it listens
 * @param metrics where its metrics are read
 * @param model name or path of the model; empty for the default
 * @param bundle folder of the adapter bundle
 * @param precision arithmetic of the model
 * @param limits limits of the tier
 */
public record EncoderConfig(
    @Setting(doc = "Where the encoder listens.", defaults = "port=7071") ListenSettings listen,
    @Setting(doc = "Where its metrics are read.", defaults = "port=9071") MetricsSettings metrics,
    @Setting(doc = "Encoder: a name of the catalogue or a folder; none is the default one.")
        Optional<String> model,
    @Setting(
            doc =
                "Folder of the adapter bundle; none for no bundle. Without it, the one that comes"
                    + " with e2llm, where it was made for the model.")
        Optional<Path> bundle,
    @Setting(value = "auto", doc = PrecisionDocs.PRECISION) PrecisionChoice precision,
    @Setting(doc = "Limits of the tier.") EncoderSettings limits) {}
