package io.e2llm.gateway;

import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.config.DataSize;
import io.e2llm.common.config.Setting;
import java.time.Duration;

/**
 * What an operator may set of the gateway.
 *
 * @param maxRequests most answers at once; more are refused with TOO_MANY_REQUESTS
 * @param maxContextCodePoints most code points of context, CONTEXT_TOO_LONG
 * @param maxChunks most chunks of a context, LIMIT_EXCEEDED
 * @param chunksInFlight chunks of one request that encoders work on at once
 * @param knownChunkBytes memory for what is known of chunks that were encoded before, so that
 *     decoders which hold their soft prompts need not be sent them
 * @param maxTokens tokens to generate when the client names no number; a quarter of the window if
 *     that is less, and fewer beside a long prompt
 * @param verbatimTokens most tokens of verbatim chunks when the client names no number; a quarter
 *     of the window if that is less
 * @param tries how often a chunk or a generation is tried before its failure is told
 * @param tierPatience how long a request waits for a tier of which nobody answers, TIER_UNREACHABLE
 * @param undeliveredEvents events a slow client may have undelivered before the decoder is paused
 * @param slowReaderTimeout how long a client may take no event while some wait, SLOW_READER
 * @param slowWriterTimeout how long a client's next message may take, SLOW_WRITER
 */
public record GatewaySettings(
    @Setting(value = "64", doc = "Most answers at once.") int maxRequests,
    @Setting(value = "16000000", doc = "Most Unicode code points of context.")
        long maxContextCodePoints,
    @Setting(value = "131072", doc = "Most chunks of a context.") int maxChunks,
    @Setting(value = "128", doc = "Chunks of one request that encoders work on at once.")
        int chunksInFlight,
    @Setting(value = "64MiB", doc = "Memory for what is known of chunks that were encoded before.")
        DataSize knownChunkBytes,
    @Setting(value = "512", doc = "Tokens to generate when the client names no number.")
        int maxTokens,
    @Setting(value = "384", doc = "Most tokens of verbatim chunks when the client names no number.")
        int verbatimTokens,
    @Setting(value = "4", doc = "How often a chunk or a generation is tried.") int tries,
    @Setting(value = "12s", doc = "How long to wait for a tier of which nobody answers.")
        Duration tierPatience,
    @Setting(value = "64", doc = "Events a slow client may have undelivered.")
        int undeliveredEvents,
    @Setting(value = "30s", doc = "How long a client may take no event while some wait.")
        Duration slowReaderTimeout,
    @Setting(value = "60s", doc = "How long a client's next message may take.")
        Duration slowWriterTimeout) {
  /** Checks every range. */
  public GatewaySettings {
    atLeast("max-requests", maxRequests, 1);
    atLeast("max-context-code-points", maxContextCodePoints, 1);
    atLeast("max-chunks", maxChunks, 1);
    atLeast("chunks-in-flight", chunksInFlight, 1);
    atLeast("known-chunk-bytes", knownChunkBytes.bytes(), 0);
    atLeast("max-tokens", maxTokens, 1);
    atLeast("verbatim-tokens", verbatimTokens, 1);
    atLeast("tries", tries, 1);
    atLeast("tier-patience", tierPatience.toMillis(), 0);
    atLeast("undelivered-events", undeliveredEvents, 1);
    atLeast("slow-reader-timeout", slowReaderTimeout.toMillis(), 1);
    atLeast("slow-writer-timeout", slowWriterTimeout.toMillis(), 1);
  }

  /** The defaults. */
  public static GatewaySettings defaults() {
    return ConfigLoader.load(GatewaySettings.class, ConfigInput.none());
  }

  private static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " is " + value + "; at least " + least);
    }
  }
}
