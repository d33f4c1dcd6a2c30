package io.e2llm.cli.bench;

import java.util.Arrays;

/** Notes when the tokens of one answer come. One thread at a time. */
final class TokenClock {
  private final long sentNanos = System.nanoTime();
  private long[] eventNanos = new long[64];
  private int events;

  /** A token has come. */
  void token() {
    if (events == eventNanos.length) {
      eventNanos = Arrays.copyOf(eventNanos, 2 * events);
    }
    eventNanos[events++] = System.nanoTime();
  }

  /** When this was made. */
  long sentNanos() {
    return sentNanos;
  }

  /** Tokens so far. */
  int events() {
    return events;
  }

  /**
   * The times of at least one event.
   *
   * @param counted tokens by the endpoint's own count; 0 where it told none
   */
  TokenTimes times(int counted) {
    return new TokenTimes(Arrays.copyOf(eventNanos, events), counted > 0 ? counted : events);
  }
}
