package io.e2llm.decoder.sampling;

/**
 * A chosen token.
 *
 * @param id the token, or {@link Sampler#NONE}
 * @param logProbability natural logarithm of the probability that the logits give it, before any
 *     setting; NaN where it was not wanted
 */
public record Sampled(int id, float logProbability) {}
