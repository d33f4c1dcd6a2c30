package io.e2llm.gateway;

/**
 * How a gateway fares.
 *
 * @param encoders encoders that get work
 * @param decoders decoders that get work
 * @param running answers that run
 * @param mostRunning answers that may run at once
 * @param counts of completed answers, since the process began
 */
public record GatewayStatus(
    int encoders, int decoders, int running, int mostRunning, Counts counts) {
  /**
   * Sums over completed answers.
   *
   * @param chunks of their contexts
   * @param cachedChunks of these, those that a cache held
   * @param promptTokens tokens of text that decoders were given
   * @param softTokens soft tokens that decoders were given
   * @param generatedTokens tokens of answers
   */
  public record Counts(
      long chunks, long cachedChunks, long promptTokens, long softTokens, long generatedTokens) {}

  /** Whether it can answer. */
  public boolean ready() {
    return encoders > 0 && decoders > 0;
  }
}
