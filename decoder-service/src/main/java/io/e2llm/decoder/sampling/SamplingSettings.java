package io.e2llm.decoder.sampling;

import java.util.Map;

/**
 * How tokens are chosen. Values are checked; {@link #GREEDY} switches everything off.
 *
 * @param temperature 0 is greedy, at most 10
 * @param topK keep the k likeliest tokens; 0 keeps all
 * @param topP keep the likeliest tokens that together reach this probability, in (0, 1]
 * @param minP drop tokens less likely than this share of the likeliest, in [0, 1)
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens seen in prompt
 *     text or output, in (0, 10]; 1 is off
 * @param presencePenalty subtracted from logits of tokens in the output, in [-2, 2]
 * @param frequencyPenalty subtracted once per occurrence in the output, in [-2, 2]
 * @param seed of the noise
 * @param logitBias added to logits, in [-100, 100]; -100 bans the token
 */
public record SamplingSettings(
    float temperature,
    int topK,
    float topP,
    float minP,
    float repetitionPenalty,
    float presencePenalty,
    float frequencyPenalty,
    long seed,
    Map<Integer, Float> logitBias) {

  /** A bias of this much bans its token. */
  public static final float BAN = -100f;

  /** The likeliest token, always. */
  public static final SamplingSettings GREEDY =
      new SamplingSettings(0, 0, 1, 0, 1, 0, 0, 0, Map.of());

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the field as the contract does
   */
  public SamplingSettings {
    within("temperature", temperature, 0, 10);
    if (topK < 0) {
      throw new IllegalArgumentException("top_k is out of range");
    }
    within("top_p", topP, Float.MIN_VALUE, 1);
    within("min_p", minP, 0, Math.nextDown(1f));
    within("repetition_penalty", repetitionPenalty, Float.MIN_VALUE, 10);
    within("presence_penalty", presencePenalty, -2, 2);
    within("frequency_penalty", frequencyPenalty, -2, 2);
    logitBias = Map.copyOf(logitBias);
    logitBias.values().forEach(bias -> within("logit_bias", bias, BAN, 100));
  }

  /** The same with another temperature. */
  public SamplingSettings withTemperature(float other) {
    return new SamplingSettings(
        other,
        topK,
        topP,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        seed,
        logitBias);
  }

  /** The same with another seed. */
  public SamplingSettings withSeed(long other) {
    return new SamplingSettings(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        other,
        logitBias);
  }

  /** Whether the likeliest token is always taken. */
  public boolean greedy() {
    return temperature == 0;
  }

  /** Whether anything depends on the tokens seen. */
  public boolean penalizes() {
    return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
  }

  private static void within(String field, float value, float least, float most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          field + " is " + value + ", outside [" + least + ", " + most + "]");
    }
  }
}
