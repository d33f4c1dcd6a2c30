package io.e2llm.decoder;

import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.config.DataSize;
import io.e2llm.common.config.Setting;
import java.time.Duration;

/**
 * What an operator may set of the decoder tier.
 *
 * @param kvCacheBytes KV cache for all generations together, and for what is kept of earlier ones
 * @param prefixReuse whether generations share what they begin with, and it is kept after them
 * @param softPromptBytes soft prompts kept so that senders need not send them again
 * @param maxSequences most generations that run at once, which is the largest batch
 * @param queueLimit most generations that wait; more are refused with QUEUE_FULL
 * @param prefillTokens most prompt tokens of a step when a generation is alone
 * @param undeliveredEvents events a slow client may have undelivered before its generation pauses
 * @param slowReaderTimeout how long a generation may be paused; then it is cancelled (SLOW_READER)
 * @param slowWriterTimeout how long a client's next message may take while it is due (SLOW_WRITER)
 */
public record DecoderSettings(
    @Setting(value = "2GiB", doc = "KV cache for all generations together, and for prefixes held.")
        DataSize kvCacheBytes,
    @Setting(
            value = "true",
            doc =
                "Whether generations share the KV of what they begin with; it is kept for others.")
        boolean prefixReuse,
    @Setting(value = "256MiB", doc = "Soft prompts held so that they need not be sent again.")
        DataSize softPromptBytes,
    @Setting(value = "16", doc = "Most generations that run at once, in one batch.")
        int maxSequences,
    @Setting(value = "256", doc = "Most generations that wait; more are refused with QUEUE_FULL.")
        int queueLimit,
    @Setting(
            value = "512",
            doc = "Most prompt tokens of a step when a generation is alone; else 128.")
        int prefillTokens,
    @Setting(value = "64", doc = "Events a client may leave unread before its generation pauses.")
        int undeliveredEvents,
    @Setting(value = "30s", doc = "How long a generation may pause; then SLOW_READER ends it.")
        Duration slowReaderTimeout,
    @Setting(value = "60s", doc = "How long a due message may take; then SLOW_WRITER ends it.")
        Duration slowWriterTimeout) {
  /** Most prompt tokens of a step while anything else waits. */
  public static final int SHARED_PREFILL_TOKENS = 128;

  /** Checks every range. */
  public DecoderSettings {
    atLeast("kv-cache-bytes", kvCacheBytes.bytes(), 1);
    atLeast("soft-prompt-bytes", softPromptBytes.bytes(), 0);
    atLeast("max-sequences", maxSequences, 1);
    atLeast("queue-limit", queueLimit, 1);
    atLeast("prefill-tokens", prefillTokens, SHARED_PREFILL_TOKENS);
    atLeast("undelivered-events", undeliveredEvents, 1);
    atLeast("slow-reader-timeout in ms", slowReaderTimeout.toMillis(), 1);
    atLeast("slow-writer-timeout in ms", slowWriterTimeout.toMillis(), 1);
  }

  private static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " is " + value + "; at least " + least);
    }
  }

  /** The defaults alone. */
  public static DecoderSettings defaults() {
    return ConfigLoader.load(DecoderSettings.class, ConfigInput.none());
  }
}
