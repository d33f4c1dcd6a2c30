package io.e2llm.encoder;

import io.e2llm.engine.encoder.TextEncoder;

/**
 * What every call uses of the tier.
 *
 * @param encoder for its description and its tokens; batches are for the scheduler alone
 * @param settings the limits
 * @param scheduler encodes
 * @param cache results known already
 * @param metrics counts
 */
record CallContext(
    TextEncoder encoder,
    EncoderSettings settings,
    EncodeScheduler scheduler,
    ResultCache cache,
    EncoderMetrics metrics) {}
