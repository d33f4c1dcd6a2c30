package io.e2llm.encoder;

import io.e2llm.engine.encoder.ChunkDigest;
import io.e2llm.engine.encoder.PreparedChunk;

/**
 * One call's wish for one chunk.
 *
 * @param asker who wants it
 * @param tag the caller's name for it
 * @param digest what its result is known by
 * @param chunk the tokens
 * @param ratio encoder tokens per soft token; 0 for the embedding alone
 * @param deadline when the caller does not want it any more
 */
record Ask(
    Asker asker, long tag, ChunkDigest digest, PreparedChunk chunk, int ratio, Deadline deadline) {}
