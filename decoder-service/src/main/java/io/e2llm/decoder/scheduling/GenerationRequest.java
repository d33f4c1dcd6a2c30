package io.e2llm.decoder.scheduling;

import io.e2llm.decoder.sampling.SamplingSettings;
import java.util.List;

/**
 * What a generation begins with; all of it validated.
 *
 * @param tenant whose prefixes it shares; empty is the shared tenant
 * @param head ids before the soft prompts; may be empty
 * @param sampling how tokens are chosen, the seed in force included
 * @param maxTokens most tokens to generate, those in {@code generated} included; at least 1
 * @param stops stop strings, none empty
 * @param generated ids of an earlier attempt, at most {@code maxTokens}
 * @param ignoreEndTokens whether end tokens are tokens like any other
 * @param forced ids to take in place of chosen ones, at most {@code maxTokens}
 * @param logProbabilities whether token events carry them
 * @param deadlineNanos when it expires, by the scheduler's clock; {@link #NO_DEADLINE} for never
 */
@SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
public record GenerationRequest(
    String tenant,
    int[] head,
    SamplingSettings sampling,
    int maxTokens,
    List<String> stops,
    int[] generated,
    boolean ignoreEndTokens,
    int[] forced,
    boolean logProbabilities,
    long deadlineNanos) {
  /** Never expires. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  /** A request whose tokens are chosen, and nothing is told of how likely they are. */
  public GenerationRequest(
      String tenant,
      int[] head,
      SamplingSettings sampling,
      int maxTokens,
      List<String> stops,
      int[] generated,
      boolean ignoreEndTokens,
      long deadlineNanos) {
    this(
        tenant,
        head,
        sampling,
        maxTokens,
        stops,
        generated,
        ignoreEndTokens,
        new int[0],
        false,
        deadlineNanos);
  }

  /** Copies the stop strings and checks the counts. */
  public GenerationRequest {
    stops = List.copyOf(stops);
    if (maxTokens < 1 || generated.length > maxTokens) {
      throw new IllegalArgumentException(
          generated.length + " ids generated of at most " + maxTokens);
    }
    if (forced.length > maxTokens) {
      throw new IllegalArgumentException(forced.length + " ids forced of at most " + maxTokens);
    }
  }
}
