package io.e2llm.gateway.tiers;

import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.engine.tokenizer.Tokenizer;

/**
 * What the gateway holds of the encoder.
 *
 * @param info its description
 * @param tokenizer its tokenizer
 */
record EncoderModel(EncoderInfo info, Tokenizer tokenizer) {}
