package io.e2llm.decoder.scheduling;

import io.e2llm.engine.encoder.SoftPrompt;

/**
 * What other threads ask of the scheduler. A generation's own commands stand in the order its
 * sender made them; each call has at most one of its messages under way, so the queue is bounded by
 * the number of generations.
 */
sealed interface Command {
  /** The generation it is about. */
  Generation generation();

  /** A new generation. */
  record Begin(Generation generation) implements Command {}

  /** One soft prompt, checked, whose index is not here yet. */
  record Soft(Generation generation, int index, SoftPrompt softPrompt) implements Command {}

  /** All soft prompts so far are void. */
  record Reset(Generation generation) implements Command {}

  /**
   * The prompt is complete.
   *
   * @param tail ids after the soft prompts
   */
  @SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
  record Close(Generation generation, int[] tail) implements Command {}

  /** Nobody wants it any more. */
  record Cancel(Generation generation) implements Command {}

  /** Its undelivered events became fewer. */
  record Delivered(Generation generation) implements Command {}
}
