package io.e2llm.cli.bench;

import java.util.Arrays;

/**
 * When the tokens of an answer came.
 *
 * @param eventNanos when each event with text came, ascending
 * @param count tokens: as the endpoint counted them, else the events
 */
@SuppressWarnings("ArrayRecordComponent") // many numbers; compared by nobody
record TokenTimes(long[] eventNanos, int count) {
  TokenTimes {
    if (eventNanos.length == 0 || count < 1) {
      throw new IllegalArgumentException("an answer has a token");
    }
  }

  /** When the first came. */
  long firstNanos() {
    return eventNanos[0];
  }

  /** When the last came. */
  long lastNanos() {
    return eventNanos[eventNanos.length - 1];
  }

  /** Milliseconds from each token after the first; NaN where there is but one. */
  double millisPerToken() {
    return count < 2 || eventNanos.length < 2
        ? Double.NaN
        : (lastNanos() - firstNanos()) / 1e6 / (count - 1);
  }

  /** Milliseconds between events. */
  double[] gapMillis() {
    double[] gaps = new double[eventNanos.length - 1];
    Arrays.setAll(gaps, i -> (eventNanos[i + 1] - eventNanos[i]) / 1e6);
    return gaps;
  }
}
