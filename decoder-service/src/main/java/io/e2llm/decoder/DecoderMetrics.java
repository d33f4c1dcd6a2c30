package io.e2llm.decoder;

import io.e2llm.common.error.Reason;
import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.decoder.prefix.PrefixCache;
import io.e2llm.decoder.scheduling.SchedulerObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;

/** What Prometheus sees of the scheduler. */
final class DecoderMetrics implements SchedulerObserver {
  private static final double NANOS = 1e-9;
  private static final double[] BATCH_BOUNDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

  private static final Load NOTHING =
      new Load(0, 0, 0, 0, 0, 0, new PrefixCache.State(0, 0, 0, 0, 0));

  private final Gauge queued;
  private final Gauge queueAge;
  private final Gauge running;
  private final Gauge paused;
  private final Gauge kvBytes;
  private final Gauge kvHeldBytes;
  private final Gauge kvSegments;
  private final Gauge softBytes;
  private final Histogram batchTokens;
  private final Histogram stepSeconds;
  private final Histogram firstToken;
  private final Histogram tokenInterval;
  private final Counter prefillTokens;
  private final Counter decodeTokens;
  private final Counter hitTokens;
  private final Counter evictions;
  private final Counter preemptions;
  private final Counter failures;
  private Load before = NOTHING;

  DecoderMetrics(TierMetrics tier) {
    queued = tier.gauge("queue", "generations", "Generations that wait for room.");
    queueAge = tier.gauge("queue_age", "seconds", "Age of the oldest generation that waits.");
    running = tier.gauge("running", "sequences", "Generations with a sequence.");
    paused = tier.gauge("paused", "sequences", "Generations paused for a slow reader.");
    kvBytes =
        tier.gauge("kv_used", "bytes", "Bytes of KV cache, spare room and held ones included.");
    kvHeldBytes = tier.gauge("kv_held", "bytes", "Bytes of KV cache held for later generations.");
    kvSegments = tier.gauge("kv", "segments", "Pieces of prompts and answers whose KV is known.");
    softBytes = tier.gauge("soft_prompt", "bytes", "Bytes of soft prompts kept for generations.");
    batchTokens = tier.histogram("batch", "tokens", "Tokens of a step.", BATCH_BOUNDS);
    stepSeconds = tier.seconds("step", "Duration of a step.");
    firstToken = tier.seconds("first_token", "From a generation's start to its first token.");
    tokenInterval = tier.seconds("token_interval", "From one token to the next.");
    prefillTokens = tier.counter("prefill_tokens", "Prompt tokens read.");
    decodeTokens = tier.counter("decode_tokens", "Output tokens read back in.");
    hitTokens = tier.counter("kv_hit_tokens", "Tokens not computed, as their KV was known.");
    evictions = tier.counter("kv_evictions", "Pieces whose KV was given up for room.");
    preemptions = tier.counter("preemptions", "Generations sent back to the queue for room.");
    failures = tier.counter("failures", "Generations that failed, by reason.", "reason");
  }

  @Override
  public void load(Load load) {
    queued.set(load.waiting());
    queueAge.set(load.oldestWaitNanos() * NANOS);
    running.set(load.running());
    paused.set(load.paused());
    kvBytes.set((double) load.kv().bytes());
    kvHeldBytes.set((double) load.kv().heldBytes());
    kvSegments.set(load.kv().segments());
    softBytes.set((double) load.softBytes());
    hitTokens.inc((double) load.kv().hitTokens() - before.kv().hitTokens());
    evictions.inc((double) load.kv().evictions() - before.kv().evictions());
    preemptions.inc((double) load.preemptions() - before.preemptions());
    before = load;
  }

  @Override
  public void step(int decoded, int prefilled, long nanos) {
    batchTokens.observe(decoded + prefilled);
    stepSeconds.observe(nanos * NANOS);
    decodeTokens.inc(decoded);
    prefillTokens.inc(prefilled);
  }

  @Override
  public void token(boolean first, long nanos) {
    (first ? firstToken : tokenInterval).observe(nanos * NANOS);
  }

  @Override
  public void failed(Reason reason) {
    failures.labelValues(reason.name()).inc();
  }
}
