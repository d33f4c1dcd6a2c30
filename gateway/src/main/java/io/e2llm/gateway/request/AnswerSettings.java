package io.e2llm.gateway.request;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.v1.Sampling;
import io.e2llm.gateway.v1.GenerateSettings;
import java.util.List;
import java.util.Map;

/**
 * Settings of one answer, checked; what the client left open is drawn or default.
 *
 * @param sampling how tokens are chosen, its seed always there
 * @param maxTokens most tokens to generate
 * @param maxTokensNamed whether the client named that number; a default one may shrink
 * @param stop stop strings
 * @param generatedIds ids that an earlier attempt of the client's generated
 * @param ignoreEndTokens whether end tokens are like others
 * @param forcedIds ids to take in place of chosen ones
 * @param logProbabilities whether tokens carry them
 */
record AnswerSettings(
    Sampling sampling,
    int maxTokens,
    boolean maxTokensNamed,
    List<String> stop,
    List<Integer> generatedIds,
    boolean ignoreEndTokens,
    List<Integer> forcedIds,
    boolean logProbabilities) {
  private static final int MAX_STOPS = 16;
  private static final int MAX_STOP_CODE_POINTS = 256;

  /**
   * Reads a client's settings.
   *
   * @param window tokens of the decoder's window
   * @param defaultMaxTokens tokens to generate when the client names no number, but never more than
   *     a quarter of the window
   * @param seed used when the client names none
   * @throws ServingException INVALID_REQUEST, or PROMPT_TOO_LONG when max_tokens exceed the window
   */
  static AnswerSettings of(GenerateSettings given, int window, int defaultMaxTokens, long seed) {
    checkStop(given.getStopList());
    long maxTokens = Integer.toUnsignedLong(given.getMaxTokens());
    boolean named = maxTokens != 0;
    if (!named) {
      maxTokens = Math.max(1, Math.min(defaultMaxTokens, window / 4));
    }
    if (maxTokens > window) {
      throw new ServingException(
          Reason.PROMPT_TOO_LONG,
          "max_tokens is " + maxTokens + " and the window " + window + " tokens");
    }
    check(
        given.getGeneratedIdsCount() < maxTokens,
        "generated_ids hold as many ids as max_tokens or more");
    check(given.getForcedIdsCount() <= maxTokens, "forced_ids hold more ids than max_tokens");
    return new AnswerSettings(
        sampling(given.getSampling(), seed),
        (int) maxTokens,
        named,
        List.copyOf(given.getStopList()),
        List.copyOf(given.getGeneratedIdsList()),
        given.getIgnoreEndTokens(),
        List.copyOf(given.getForcedIdsList()),
        given.getLogProbabilities());
  }

  private static void checkStop(List<String> stop) {
    check(stop.size() <= MAX_STOPS, "more than " + MAX_STOPS + " stop strings");
    for (String string : stop) {
      check(!string.isEmpty(), "an empty stop string");
      check(
          string.codePointCount(0, string.length()) <= MAX_STOP_CODE_POINTS,
          "a stop string of more than " + MAX_STOP_CODE_POINTS + " code points");
    }
  }

  private static Sampling sampling(io.e2llm.gateway.v1.Sampling given, long seed) {
    range("temperature", given.getTemperature(), 0, 10);
    range("top_p", given.getTopP(), 0, 1);
    range("min_p", given.getMinP(), 0, 1);
    check(given.getMinP() < 1, "min_p is not below 1");
    range("repetition_penalty", given.getRepetitionPenalty(), 0, 100);
    range("presence_penalty", given.getPresencePenalty(), -2, 2);
    range("frequency_penalty", given.getFrequencyPenalty(), -2, 2);
    for (Map.Entry<Integer, Float> bias : given.getLogitBiasMap().entrySet()) {
      range("logit_bias", bias.getValue(), -100, 100);
    }
    return Sampling.newBuilder()
        .setTemperature(given.getTemperature())
        .setTopK(given.getTopK())
        .setTopP(given.getTopP())
        .setMinP(given.getMinP())
        .setRepetitionPenalty(given.getRepetitionPenalty())
        .setPresencePenalty(given.getPresencePenalty())
        .setFrequencyPenalty(given.getFrequencyPenalty())
        .setSeed(given.hasSeed() ? given.getSeed() : seed)
        .putAllLogitBias(given.getLogitBiasMap())
        .build();
  }

  private static void range(String name, float value, float least, float most) {
    check(value >= least && value <= most, name + " is not within " + least + " to " + most);
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new ServingException(Reason.INVALID_REQUEST, problem);
    }
  }
}
