package io.e2llm.engine.encoder;

/**
 * A tokenized chunk, ready for the encoder.
 *
 * @param ids all ids: prefix, specials and text
 * @param words for each id the word of the text it is part of, ascending from 0; -1 for specials
 *     and prefix, which pooling into soft prompts leaves out
 * @param textTokens how many ids are the text's own
 */
@SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
public record PreparedChunk(int[] ids, int[] words, int textTokens) {}
