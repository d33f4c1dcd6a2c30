package io.e2llm.encoder;

import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.config.DataSize;
import io.e2llm.common.config.Setting;

/**
 * What an operator may set of the encoder tier.
 *
 * @param batchTokens most tokens, padding included, that one core encodes at once
 * @param queueChunks most chunks that wait or are being encoded, over all calls; more are refused
 *     with QUEUE_FULL
 * @param cacheBytes results kept for those who ask again; 0 keeps none
 * @param maxCalls most Encode calls at once; more are refused with TOO_MANY_REQUESTS
 * @param maxChunksInFlightPerCall chunks one call may have unanswered or unread before the tier
 *     stops reading from it
 * @param maxTextBytes longest text of a chunk in UTF-8; longer ones are refused with LIMIT_EXCEEDED
 *     before they are tokenized
 * @param callThreads threads that check, tokenize and send
 */
public record EncoderSettings(
    @Setting(
            value = "512",
            doc =
                "Most tokens, padding included, that one core encodes at once. What is computed for"
                    + " them should fit its caches; a GPU wants more.")
        int batchTokens,
    @Setting(
            value = "4096",
            doc = "Most chunks that wait or are being encoded; more are refused with QUEUE_FULL.")
        int queueChunks,
    @Setting(value = "256MiB", doc = "Results kept for those who ask again; 0 keeps none.")
        DataSize cacheBytes,
    @Setting(
            value = "256",
            doc = "Most Encode calls at once; more are refused with TOO_MANY_REQUESTS.")
        int maxCalls,
    @Setting(
            value = "256",
            doc = "Chunks a call may have unanswered or unread before no more are read from it.")
        int maxChunksInFlightPerCall,
    @Setting(value = "64KiB", doc = "Longest text of a chunk; longer ones are LIMIT_EXCEEDED.")
        DataSize maxTextBytes,
    @Setting(value = "2", doc = "Threads that check, tokenize and send.") int callThreads) {
  /** Checks every range. */
  public EncoderSettings {
    atLeast("batch-tokens", batchTokens, 1);
    atLeast("queue-chunks", queueChunks, 1);
    atLeast("max-calls", maxCalls, 1);
    atLeast("max-chunks-in-flight-per-call", maxChunksInFlightPerCall, 1);
    atLeast("max-text-bytes", maxTextBytes.bytes(), 1);
    atLeast("call-threads", callThreads, 1);
  }

  private static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " is " + value + "; at least " + least);
    }
  }

  /** The defaults alone. */
  public static EncoderSettings defaults() {
    return ConfigLoader.load(EncoderSettings.class, ConfigInput.none());
  }
}
