package io.e2llm.gateway.request;

/** How long to wait before trying again: four times as long after each further failure. */
final class RetryPause {
  private static final int MOST_DOUBLINGS = 10;

  private RetryPause() {}

  /**
   * The pause after so many failures, in nanoseconds.
   *
   * @param first the pause after the first
   * @param failures 1 or more
   */
  static long nanos(long first, int failures) {
    return first << Math.min(MOST_DOUBLINGS, 2 * (failures - 1));
  }
}
