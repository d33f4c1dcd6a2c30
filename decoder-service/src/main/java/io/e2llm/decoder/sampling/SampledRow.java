package io.e2llm.decoder.sampling;

/**
 * How a token is chosen from one row of a batch's logits.
 *
 * @param settings how to choose
 * @param history the tokens seen so far
 * @param position of the new token among the generated ones, from 0
 * @param forced the token to take whatever the logits say; {@link #CHOSEN} where they decide
 * @param logProbability whether the token's is wanted
 */
public record SampledRow(
    SamplingSettings settings, History history, long position, int forced, boolean logProbability) {
  /** No token is forced. */
  public static final int CHOSEN = -1;

  /** A row whose logits decide, and nothing else is wanted. */
  public SampledRow(SamplingSettings settings, History history, long position) {
    this(settings, history, position, CHOSEN, false);
  }
}
