package io.e2llm.decoder.scheduling;

import io.e2llm.decoder.soft.SoftPromptBytes;

/**
 * What other threads ask of the scheduler. A generation's own commands stand in the order its
 * sender made them; each call has at most one of its messages under way, so the queue is bounded by
 * the number of generations.
 */
sealed interface Command {
  /** Wakes the thread, which then sees that it is to stop. */
  record Stop() implements Command {}

  /** About one generation. */
  sealed interface OfGeneration extends Command {
    /** Which. */
    Generation generation();
  }

  /** A new generation. */
  record Begin(Generation generation) implements OfGeneration {}

  /** One soft prompt, checked, whose index is not here yet. */
  record Soft(Generation generation, int index, SoftPromptBytes softPrompt)
      implements OfGeneration {}

  /** All soft prompts so far are void. */
  record Reset(Generation generation) implements OfGeneration {}

  /**
   * The prompt is complete.
   *
   * @param tail ids after the soft prompts
   */
  @SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
  record Close(Generation generation, int[] tail) implements OfGeneration {}

  /** Nobody wants it any more. */
  record Cancel(Generation generation) implements OfGeneration {}

  /** Its undelivered events became fewer. */
  record Delivered(Generation generation) implements OfGeneration {}
}
