package io.e2llm.decoder.scheduling;

import io.e2llm.common.error.Reason;
import io.e2llm.decoder.prefix.PrefixCache;

/** Hears what the scheduler does, for metrics. Called by the scheduler's thread; must not block. */
public interface SchedulerObserver {
  /** Hears nothing. */
  SchedulerObserver NONE =
      new SchedulerObserver() {
        @Override
        public void load(Load load) {}

        @Override
        public void step(int decodeTokens, int prefillTokens, long nanos) {}

        @Override
        public void token(boolean first, long nanos) {}

        @Override
        public void failed(Reason reason) {}
      };

  /** How things stand after a turn. */
  void load(Load load);

  /** A step was done in {@code nanos}. */
  void step(int decodeTokens, int prefillTokens, long nanos);

  /**
   * A token was generated.
   *
   * @param first whether it was its generation's first
   * @param nanos since the one before, or since the generation arrived
   */
  void token(boolean first, long nanos);

  /** A generation failed. */
  void failed(Reason reason);

  /**
   * How much there is to do.
   *
   * @param waiting generations in the queue
   * @param oldestWaitNanos age of the oldest of them; 0 without
   * @param running generations that were let in
   * @param paused generations out of the plan for their slow reader
   * @param preemptions generations sent back to the queue so far
   * @param softBytes bytes of soft prompts kept for generations
   * @param kv how the KV cache stands
   */
  record Load(
      int waiting,
      long oldestWaitNanos,
      int running,
      int paused,
      long preemptions,
      long softBytes,
      PrefixCache.State kv) {}
}
