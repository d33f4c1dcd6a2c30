package io.e2llm.cli.bench;

import java.util.Map;

/** How a request ended. Times are nanoseconds of one clock. */
sealed interface Outcome {
  /**
   * It was answered.
   *
   * @param sentNanos when it was sent
   * @param tokens the answer's tokens
   * @param endedNanos when its end was told
   * @param usage what the endpoint said about it, by stable names
   */
  record Answered(long sentNanos, TokenTimes tokens, long endedNanos, Map<String, Object> usage)
      implements Outcome {
    /** Copies the map. */
    public Answered {
      usage = Map.copyOf(usage);
    }
  }

  /**
   * It failed.
   *
   * @param reason a word or two; equal for equal failures
   * @param detail one line
   */
  record Failed(String reason, String detail) implements Outcome {}
}
