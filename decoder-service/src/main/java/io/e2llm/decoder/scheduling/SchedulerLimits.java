package io.e2llm.decoder.scheduling;

import java.time.Duration;

/**
 * What bounds the scheduler.
 *
 * @param kvTokens tokens of KV cache for all generations together
 * @param reusePrefixes whether generations share what they begin with
 * @param sequences most generations with a sequence at once, which is the largest batch
 * @param queue most generations that wait
 * @param prefillTokens most prompt tokens of a step when one generation is alone
 * @param sharedPrefillTokens most prompt tokens of a step otherwise
 * @param undelivered events a generation may have undelivered before it leaves the plan
 * @param slowReader how long it may stay out of the plan
 * @param slowWriter how long its next message may take while it is wanted
 */
public record SchedulerLimits(
    long kvTokens,
    boolean reusePrefixes,
    int sequences,
    int queue,
    int prefillTokens,
    int sharedPrefillTokens,
    int undelivered,
    Duration slowReader,
    Duration slowWriter) {
  /** Checks that every bound is at least 1. */
  public SchedulerLimits {
    if (kvTokens < 1 || sequences < 1 || queue < 1 || undelivered < 1) {
      throw new IllegalArgumentException("a limit of the scheduler is less than 1");
    }
    if (!slowReader.isPositive() || !slowWriter.isPositive()) {
      throw new IllegalArgumentException("a timeout of the scheduler is not positive");
    }
  }
}
