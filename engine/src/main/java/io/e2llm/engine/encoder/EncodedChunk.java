package io.e2llm.engine.encoder;

import org.jspecify.annotations.Nullable;

/**
 * What the encoder made of one chunk.
 *
 * @param embedding sentence embedding, fp32, length 1 in the Euclidean norm
 * @param softPrompt the soft prompt; null when the ratio was 0
 */
@SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
public record EncodedChunk(float[] embedding, @Nullable SoftPrompt softPrompt) {}
