package io.e2llm.encoder;

import io.e2llm.common.metrics.TierMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * The encoder tier's instruments. Calls, and errors by reason, are counted by the server. Thread-
 * safe.
 */
final class EncoderMetrics {
  private static final double[] BATCH_TOKENS = {32, 64, 128, 256, 512, 1_024, 2_048, 4_096};

  private final TierMetrics metrics;
  private final Histogram batchTokens;
  private final Histogram encodeSeconds;
  private final Counter padTokens;
  private final Counter chunks;
  private final Counter failedChunks;
  private final Counter shares;
  private final Counter hits;
  private final Counter misses;
  private final Counter evictions;

  EncoderMetrics(TierMetrics metrics) {
    this.metrics = metrics;
    batchTokens =
        metrics.histogram(
            "batch", "tokens", "Tokens of a model call, padding included.", BATCH_TOKENS);
    encodeSeconds = metrics.seconds("encode", "Time of a model call.");
    padTokens = metrics.counter("pad_tokens", "Padding in model calls, in tokens.");
    chunks = metrics.counter("chunks_encoded", "Chunks encoded.");
    failedChunks = metrics.counter("chunks_failed", "Chunks the model failed on.");
    shares = metrics.counter("in_flight_shares", "Chunks another call had asked for just before.");
    hits = metrics.counter("cache_hits", "Chunks answered from the cache.");
    misses = metrics.counter("cache_misses", "Chunks that were not in the cache.");
    evictions = metrics.counter("cache_evictions", "Results pushed out of the cache.");
  }

  /** Adds a value that is asked for when the page is read. */
  void observe(String what, String unit, String help, DoubleSupplier value) {
    metrics.observe(what, unit, help, value);
  }

  void stepEnded(List<? extends BatchPlan.Candidate> batch, long nanos) {
    int longest = batch.stream().mapToInt(BatchPlan.Candidate::tokens).max().orElse(0);
    int own = batch.stream().mapToInt(BatchPlan.Candidate::tokens).sum();
    batchTokens.observe(batch.size() * (double) longest);
    encodeSeconds.observe(nanos / 1e9);
    padTokens.inc(batch.size() * (double) longest - own);
  }

  void chunkEncoded() {
    chunks.inc();
  }

  void chunkFailed() {
    failedChunks.inc();
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
}
