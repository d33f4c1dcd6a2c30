package io.e2llm.decoder;

import io.e2llm.common.error.Reason;
import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.decoder.scheduling.SchedulerObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;

/** What Prometheus sees of the scheduler. */
final class DecoderMetrics implements SchedulerObserver {
  private static final double NANOS = 1e-9;
  private static final double[] BATCH_BOUNDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

  private final Gauge queued;
  private final Gauge queueAge;
  private final Gauge running;
  private final Gauge paused;
  private final Gauge kvTokens;
  private final Gauge kvBytes;
  private final Histogram batchTokens;
  private final Histogram stepSeconds;
  private final Histogram firstToken;
  private final Histogram tokenInterval;
  private final Counter prefillTokens;
  private final Counter decodeTokens;
  private final Counter failures;

  DecoderMetrics(TierMetrics tier) {
    queued = tier.gauge("queue", "generations", "Generations that wait for room.");
    queueAge = tier.gauge("queue_age", "seconds", "Age of the oldest generation that waits.");
    running = tier.gauge("running", "sequences", "Generations with a sequence.");
    paused = tier.gauge("paused", "sequences", "Generations paused for a slow reader.");
    kvTokens = tier.gauge("kv_reserved", "tokens", "Tokens of KV cache granted.");
    kvBytes = tier.gauge("kv_used", "bytes", "Bytes of KV cache in use, spare capacity included.");
    batchTokens = tier.histogram("batch", "tokens", "Tokens of a step.", BATCH_BOUNDS);
    stepSeconds = tier.seconds("step", "Duration of a step.");
    firstToken = tier.seconds("first_token", "From a generation's start to its first token.");
    tokenInterval = tier.seconds("token_interval", "From one token to the next.");
    prefillTokens = tier.counter("prefill_tokens", "Prompt tokens read.");
    decodeTokens = tier.counter("decode_tokens", "Output tokens read back in.");
    failures = tier.counter("failures", "Generations that failed, by reason.", "reason");
  }

  @Override
  public void load(Load load) {
    queued.set(load.waiting());
    queueAge.set(load.oldestWaitNanos() * NANOS);
    running.set(load.running());
    paused.set(load.paused());
    kvTokens.set((double) load.kvTokensReserved());
    kvBytes.set((double) load.kvBytes());
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
