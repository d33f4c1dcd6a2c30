package io.e2llm.gateway.tiers;

import io.e2llm.decoder.v1.DecoderInfo;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.tokenizer.Tokenizer;

/**
 * What the gateway holds of the decoder.
 *
 * @param info its description
 * @param tokenizer its tokenizer
 * @param chatTemplate its chat template
 */
record DecoderModelParts(DecoderInfo info, Tokenizer tokenizer, ChatTemplate chatTemplate) {}
