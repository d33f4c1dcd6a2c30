package io.e2llm.gateway.request;

import io.e2llm.gateway.GatewayMetrics;
import io.e2llm.gateway.GatewaySettings;
import io.e2llm.gateway.tiers.DecoderDirectory;
import io.e2llm.gateway.tiers.EncoderDirectory;
import java.util.function.LongSupplier;

/**
 * What a request works with.
 *
 * @param settings limits and defaults
 * @param encoders the encoder tier
 * @param decoders the decoder tier
 * @param metrics what is counted
 * @param mailbox the request's own
 * @param nanoTime tells the time
 * @param seeds draws a seed when the client names none
 */
public record RequestContext(
    GatewaySettings settings,
    EncoderDirectory encoders,
    DecoderDirectory decoders,
    GatewayMetrics metrics,
    Mailbox mailbox,
    LongSupplier nanoTime,
    LongSupplier seeds) {
  /** The shared tenant: tenants are told apart once callers are. */
  static final String TENANT = "";
}
