package io.e2llm.gateway;

import io.e2llm.common.client.Endpoints;
import io.e2llm.common.error.Reason;
import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.gateway.request.ModeChoice;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.Usage;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What Prometheus sees of the gateway. Thread-safe. */
public final class GatewayMetrics {
  private static final double NANOS = 1e-9;

  private final TierMetrics metrics;
  private final Counter requests;
  private final Gauge active;
  private final Histogram firstToken;
  private final Counter chunks;
  private final Counter cachedChunks;
  private final Counter droppedChunks;
  private final Counter promptTokens;
  private final Counter softTokens;
  private final Counter generatedTokens;
  private final Counter encodeRetries;
  private final Counter decodeRetries;
  private final Counter failures;

  /** Makes the instruments in {@code registry}. */
  public GatewayMetrics(PrometheusRegistry registry) {
    metrics = new TierMetrics(registry, "gateway");
    requests = metrics.counter("requests", "Answers completed, by context mode.", "mode");
    active = metrics.gauge("active_requests", "", "Answers that run.");
    firstToken = metrics.seconds("first_token", "From the first message to the first token.");
    chunks = metrics.counter("chunks", "Chunks of contexts.");
    cachedChunks = metrics.counter("cached_chunks", "Chunks that a cache held.");
    droppedChunks = metrics.counter("dropped_chunks", "Chunks left out for want of room.");
    promptTokens = metrics.counter("prompt_tokens", "Tokens of text that decoders were given.");
    softTokens = metrics.counter("soft_tokens", "Soft tokens that decoders were given.");
    generatedTokens = metrics.counter("generated_tokens", "Tokens of answers.");
    encodeRetries = metrics.counter("encode_retries", "Chunks given to another encoder.");
    decodeRetries = metrics.counter("decode_retries", "Generations given to another decoder.");
    failures = metrics.counter("request_failures", "Answers that failed, by reason.", "reason");
  }

  /** Shows how many workers of each tier get work at present. */
  void workers(Endpoints encoders, Endpoints decoders) {
    metrics.observe("encoders", "", "Encoders that get work.", () -> encoders.live().size());
    metrics.observe("decoders", "", "Decoders that get work.", () -> decoders.live().size());
  }

  /** A request began. */
  public void began() {
    active.inc();
  }

  /** A request ended, in whatever way. */
  public void ended() {
    active.dec();
  }

  /** An answer is complete. */
  public void completed(ContextMode mode, Usage usage) {
    String name = ModeChoice.label(mode);
    requests.labelValues(name).inc();
    chunks.inc(usage.getChunks());
    cachedChunks.inc(usage.getCachedChunks());
    droppedChunks.inc(usage.getDroppedChunks());
    promptTokens.inc(usage.getPromptTokens());
    softTokens.inc(usage.getSoftTokens());
    generatedTokens.inc(usage.getCompletionTokens());
  }

  /** What has been counted of completed answers. */
  GatewayStatus.Counts counts() {
    return new GatewayStatus.Counts(
        chunks.getLongValue(),
        cachedChunks.getLongValue(),
        promptTokens.getLongValue(),
        softTokens.getLongValue(),
        generatedTokens.getLongValue());
  }

  /** A request failed. */
  public void failed(Reason reason) {
    failures.labelValues(reason.name()).inc();
  }

  /** The first token left {@code nanos} after the first message. */
  public void firstToken(long nanos) {
    firstToken.observe(nanos * NANOS);
  }

  /** Chunks go to another encoder. */
  public void encodeRetries(int count) {
    encodeRetries.inc(count);
  }

  /** A generation goes to another decoder. */
  public void decodeRetry() {
    decodeRetries.inc();
  }
}
