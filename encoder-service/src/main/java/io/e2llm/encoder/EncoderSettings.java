package io.e2llm.encoder;

/**
 * Limits of one encoder tier.
 *
 * @param batchTokens most tokens, padding included, of one model call
 * @param queueChunks most chunks that wait or are being encoded, over all calls; at the door beyond
 *     it, QUEUE_FULL
 * @param cacheBytes most bytes of results kept for those who ask again; 0 keeps none
 * @param maxCalls most Encode calls at once; beyond it, TOO_MANY_REQUESTS
 * @param maxChunksInFlightPerCall chunks one call may have unanswered or unread before the tier
 *     stops reading from it
 * @param maxMessageBytes largest request message; longer texts are refused with LIMIT_EXCEEDED
 * @param callThreads threads that check, tokenize and send
 */
public record EncoderSettings(
    int batchTokens,
    int queueChunks,
    long cacheBytes,
    int maxCalls,
    int maxChunksInFlightPerCall,
    int maxMessageBytes,
    int callThreads) {
  /** Checks every limit. */
  public EncoderSettings {
    requireAtLeast("batch-tokens", batchTokens, 1);
    requireAtLeast("queue-chunks", queueChunks, 1);
    requireAtLeast("cache-bytes", cacheBytes, 0);
    requireAtLeast("max-calls", maxCalls, 1);
    requireAtLeast("max-chunks-in-flight-per-call", maxChunksInFlightPerCall, 1);
    requireAtLeast("max-message-bytes", maxMessageBytes, 1024);
    requireAtLeast("call-threads", callThreads, 1);
  }

  /** The defaults. */
  public static EncoderSettings defaults() {
    return new EncoderSettings(2_048, 4_096, 256L << 20, 256, 256, 1 << 20, 2);
  }

  private static void requireAtLeast(String key, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " is " + value + ", must be at least " + least);
    }
  }
}
