package io.e2llm.cli.eval;

import io.e2llm.gateway.v1.End;

/**
 * What came of a call.
 *
 * @param text the answer
 * @param nats negative log-likelihoods of its tokens, added; 0 where they were not asked for
 * @param end how it ended
 */
public record Reply(String text, double nats, End end) {
  private static final double MICROS = 1000;

  /** From the request to the first token, milliseconds. */
  public double firstTokenMillis() {
    return end.getTimings().getFirstTokenMicros() / MICROS;
  }

  /** From the request to the end, milliseconds. */
  public double totalMillis() {
    return end.getTimings().getTotalMicros() / MICROS;
  }
}
