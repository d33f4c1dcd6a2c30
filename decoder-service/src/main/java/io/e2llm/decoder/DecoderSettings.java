package io.e2llm.decoder;

import java.time.Duration;

/**
 * What an operator may set of the decoder tier.
 *
 * @param kvCacheBytes bytes of KV cache for all generations together
 * @param maxSequences most generations that run at once, which is the largest batch
 * @param queueLimit most generations that wait; more are refused with QUEUE_FULL
 * @param prefillTokens most prompt tokens of a step when a generation is alone
 * @param undeliveredEvents events a slow client may have undelivered before its generation pauses
 * @param slowReaderTimeout how long a generation may be paused; then it is cancelled (SLOW_READER)
 * @param slowWriterTimeout how long a client's next message may take while it is due (SLOW_WRITER)
 */
public record DecoderSettings(
    long kvCacheBytes,
    int maxSequences,
    int queueLimit,
    int prefillTokens,
    int undeliveredEvents,
    Duration slowReaderTimeout,
    Duration slowWriterTimeout) {
  /** Most prompt tokens of a step while anything else waits. */
  public static final int SHARED_PREFILL_TOKENS = 128;

  /** Checks every range. */
  public DecoderSettings {
    atLeast("kv-cache-bytes", kvCacheBytes, 1);
    atLeast("max-sequences", maxSequences, 1);
    atLeast("queue-limit", queueLimit, 1);
    atLeast("prefill-tokens", prefillTokens, SHARED_PREFILL_TOKENS);
    atLeast("undelivered-events", undeliveredEvents, 1);
    atLeast("slow-reader-timeout", slowReaderTimeout.toMillis(), 1);
    atLeast("slow-writer-timeout", slowWriterTimeout.toMillis(), 1);
  }

  private static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " is " + value + "; at least " + least);
    }
  }

  /** What a machine with a few GiB to spare does well with. */
  public static DecoderSettings defaults() {
    return new DecoderSettings(
        2L << 30, 16, 256, 512, 64, Duration.ofSeconds(30), Duration.ofSeconds(60));
  }
}
