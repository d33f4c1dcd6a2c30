package io.e2llm.decoder.sampling;

/**
 * How a token is chosen from one row of a batch's logits.
 *
 * @param settings how to choose
 * @param history the tokens seen so far
 * @param position of the new token among the generated ones, from 0
 */
public record SampledRow(SamplingSettings settings, History history, long position) {}
