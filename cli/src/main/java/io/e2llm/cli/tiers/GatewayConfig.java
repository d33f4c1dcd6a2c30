package io.e2llm.cli.tiers;

import io.e2llm.common.client.ClientSettings;
import io.e2llm.common.config.Setting;
import io.e2llm.common.metrics.MetricsSettings;
import io.e2llm.common.server.ListenSettings;
import io.e2llm.gateway.GatewaySettings;
import io.e2llm.gateway.documents.DocumentSettings;
import io.e2llm.gateway.http.HttpSettings;

/**
 * Settings of a gateway's process.
 *
 * @param listen where it listens
 * @param http how it speaks HTTP
 * @param documents that are kept
 * @param metrics where its metrics are read
 * @param encoders how the encoders are reached
 * @param decoders how the decoders are reached
 * @param limits limits of the tier
 */
public record GatewayConfig(
    @Setting(doc = "Where the gateway listens.", defaults = "port=7070") ListenSettings listen,
    @Setting(doc = "How it speaks HTTP.") HttpSettings http,
    @Setting(doc = "Documents that are kept.") DocumentSettings documents,
    @Setting(doc = "Where its metrics are read.", defaults = "port=9070") MetricsSettings metrics,
    @Setting(doc = "How the encoders are reached.", defaults = "endpoints=127.0.0.1:7071")
        ClientSettings encoders,
    @Setting(doc = "How the decoders are reached.", defaults = "endpoints=127.0.0.1:7072")
        ClientSettings decoders,
    @Setting(doc = "Limits of the tier.") GatewaySettings limits) {}
