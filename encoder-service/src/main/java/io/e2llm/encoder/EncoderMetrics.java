package io.e2llm.encoder;

import io.e2llm.common.error.Reason;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** The encoder tier's metrics, all named {@code e2llm_encoder_…}. Thread-safe. */
final class EncoderMetrics implements AutoCloseable {
  private final PrometheusRegistry registry;
  private final List<Collector> collectors = new ArrayList<>();
  private final Histogram batchTokens;
  private final Histogram encodeSeconds;
  private final Counter padTokens;
  private final Counter tokens;
  private final Counter chunks;
  private final Counter shares;
  private final Counter hits;
  private final Counter misses;
  private final Counter evictions;
  private final Counter errors;

  EncoderMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    batchTokens =
        add(
            Histogram.builder()
                .name("e2llm_encoder_batch_tokens")
                .help("Tokens of a model call, padding included.")
                .classicUpperBounds(32, 64, 128, 256, 512, 1_024, 2_048, 4_096)
                .register(registry));
    encodeSeconds =
        add(
            Histogram.builder()
                .name("e2llm_encoder_encode_seconds")
                .help("Time of a model call.")
                .register(registry));
    padTokens = counter("pad_tokens", "Padding in model calls, in tokens.");
    tokens = counter("tokens", "Tokens encoded, specials included, without padding.");
    chunks = counter("chunks_encoded", "Chunks encoded.");
    shares = counter("in_flight_shares", "Chunks that found the same chunk waiting or encoding.");
    hits = counter("cache_hits", "Chunks answered from the cache.");
    misses = counter("cache_misses", "Chunks that were not in the cache.");
    evictions = counter("cache_evictions", "Results pushed out of the cache.");
    errors =
        add(
            Counter.builder()
                .name("e2llm_encoder_errors_total")
                .help("Calls that failed, by reason.")
                .labelNames("reason")
                .register(registry));
  }

  /** Adds a gauge read when it is scraped. */
  void gauge(String name, String help, DoubleSupplier value) {
    add(
        GaugeWithCallback.builder()
            .name("e2llm_encoder_" + name)
            .help(help)
            .callback(callback -> callback.call(value.getAsDouble()))
            .register(registry));
  }

  void stepEnded(List<? extends BatchPlan.Candidate> batch, long nanos) {
    int longest = batch.stream().mapToInt(BatchPlan.Candidate::tokens).max().orElse(0);
    int own = batch.stream().mapToInt(BatchPlan.Candidate::tokens).sum();
    batchTokens.observe(batch.size() * (double) longest);
    encodeSeconds.observe(nanos / 1e9);
    tokens.inc(own);
    padTokens.inc(batch.size() * (double) longest - own);
    chunks.inc(batch.size());
  }

  void shared() {
    shares.inc();
  }

  void cacheHit() {
    hits.inc();
  }

  void cacheMiss() {
    misses.inc();
  }

  void evicted() {
    evictions.inc();
  }

  void failed(Reason reason) {
    errors.labelValues(reason.name()).inc();
  }

  /** Takes all of them out of the registry. */
  @Override
  public void close() {
    collectors.forEach(registry::unregister);
  }

  private Counter counter(String name, String help) {
    return add(
        Counter.builder().name("e2llm_encoder_" + name + "_total").help(help).register(registry));
  }

  private <C extends Collector> C add(C collector) {
    collectors.add(collector);
    return collector;
  }
}
