package io.e2llm.decoder;

import io.e2llm.common.error.Reason;
import io.e2llm.decoder.scheduling.SchedulerObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;

/** What Prometheus sees of the scheduler. */
final class DecoderMetrics implements SchedulerObserver {
  private static final double NANOS = 1e-9;

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

  DecoderMetrics(PrometheusRegistry registry) {
    queued = gauge(registry, "queue_length", "Generations that wait for room.");
    queueAge =
        Gauge.builder()
            .name("e2llm_decoder_queue_age_seconds")
            .unit(Unit.SECONDS)
            .help("Age of the oldest generation that waits.")
            .register(registry);
    running = gauge(registry, "running_sequences", "Generations with a sequence.");
    paused = gauge(registry, "paused_sequences", "Generations paused for a slow reader.");
    kvTokens = gauge(registry, "kv_reserved_tokens", "Tokens of KV cache granted.");
    kvBytes =
        Gauge.builder()
            .name("e2llm_decoder_kv_used_bytes")
            .unit(Unit.BYTES)
            .help("Bytes of KV cache in use, spare capacity included.")
            .register(registry);
    batchTokens =
        Histogram.builder()
            .name("e2llm_decoder_batch_tokens")
            .help("Tokens of a step.")
            .classicUpperBounds(1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
            .register(registry);
    stepSeconds = seconds(registry, "step", "Duration of a step.");
    firstToken = seconds(registry, "first_token", "From a generation's start to its first token.");
    tokenInterval = seconds(registry, "token_interval", "From one token to the next.");
    prefillTokens = counter(registry, "prefill_tokens", "Prompt tokens read.");
    decodeTokens = counter(registry, "decode_tokens", "Output tokens read back in.");
    failures =
        Counter.builder()
            .name("e2llm_decoder_failures")
            .help("Generations that failed, by reason.")
            .labelNames("reason")
            .register(registry);
  }

  private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
    return Gauge.builder().name("e2llm_decoder_" + name).help(help).register(registry);
  }

  private static Counter counter(PrometheusRegistry registry, String name, String help) {
    return Counter.builder().name("e2llm_decoder_" + name).help(help).register(registry);
  }

  private static Histogram seconds(PrometheusRegistry registry, String name, String help) {
    return Histogram.builder()
        .name("e2llm_decoder_" + name + "_seconds")
        .unit(Unit.SECONDS)
        .help(help)
        .register(registry);
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
