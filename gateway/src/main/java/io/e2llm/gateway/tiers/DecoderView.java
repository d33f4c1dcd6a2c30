package io.e2llm.gateway.tiers;

import io.e2llm.decoder.v1.DecoderInfo;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.tokenizer.Tokenizer;

/**
 * The decoder a request works with.
 *
 * @param info what it is
 * @param tokenizer its tokenizer; owned by the {@link DecoderDirectory}
 * @param template its chat template, or a plain one
 * @param processes processes that hold it, when the request came
 */
public record DecoderView(
    DecoderInfo info, Tokenizer tokenizer, ChatTemplate template, int processes) {}
