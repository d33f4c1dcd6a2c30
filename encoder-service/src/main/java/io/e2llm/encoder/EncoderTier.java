package io.e2llm.encoder;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.engine.encoder.EncoderDescription;
import io.e2llm.engine.encoder.TextEncoder;
import io.grpc.BindableService;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The encoder tier, in a process of its own or within another: a compute thread, a few threads for
 * calls, a cache, and the service to bind to a server. Owns the encoder it is given and closes it.
 *
 * <p>Life: {@link #start}, serve, {@link #drain}, {@link #close}; each once, by one thread.
 */
public final class EncoderTier implements AutoCloseable {
  private final TextEncoder encoder;
  private final EncodeScheduler scheduler;
  private final ActiveCalls calls;
  private final ExecutorService callThreads;
  private final EncoderGrpcService service;
  private final Thread compute;

  /** A tier on the system's clock. */
  public EncoderTier(TextEncoder encoder, EncoderSettings settings, PrometheusRegistry registry) {
    this(encoder, settings, registry, System::nanoTime);
  }

  /**
   * A tier.
   *
   * @param nanoClock tells the time for deadlines and queue ages
   * @throws IllegalArgumentException when the encoder's chunks can be longer than a batch
   */
  EncoderTier(
      TextEncoder encoder,
      EncoderSettings settings,
      PrometheusRegistry registry,
      LongSupplier nanoClock) {
    requireBatchHoldsChunk(settings, encoder.description());
    this.encoder = encoder;
    EncoderMetrics metrics = new EncoderMetrics(new TierMetrics(registry, "encoder"));
    ResultCache cache = new ResultCache(settings.cacheBytes().bytes(), metrics::evicted);
    this.scheduler = new EncodeScheduler(encoder, settings, cache, metrics, nanoClock);
    this.calls = new ActiveCalls(settings.maxCalls());
    this.callThreads =
        Executors.newFixedThreadPool(
            settings.callThreads(),
            Thread.ofPlatform().name("e2llm-encoder-call-", 0).daemon().factory());
    CallContext context = new CallContext(encoder, settings, scheduler, cache, metrics);
    this.service = new EncoderGrpcService(context, calls, callThreads, nanoClock);
    this.compute = Thread.ofPlatform().name("e2llm-encoder-compute").daemon().unstarted(this::run);
    observe(metrics, cache);
  }

  /** Starts the compute thread; calls are answered from now on. */
  public void start() {
    compute.start();
  }

  /** The service, for any server, in-process ones too. */
  public BindableService service() {
    return service;
  }

  /** What the encoder is. */
  public EncoderDescription description() {
    return encoder.description();
  }

  /**
   * Refuses new calls and waits for the open ones.
   *
   * @return false when some were still open after {@code patience}
   */
  public boolean drain(Duration patience) throws InterruptedException {
    calls.drain();
    return calls.awaitEnd(patience.toMillis());
  }

  /** Ends open calls with DRAINING, then all threads, and frees the encoder. */
  @Override
  public void close() {
    calls.drain();
    scheduler.stop();
    if (compute.getState() == Thread.State.NEW) {
      compute.start();
    }
    calls.open().forEach(call -> call.abort(closing()));
    callThreads.shutdown();
    awaitEnd();
  }

  private void run() {
    try {
      scheduler.run();
    } finally {
      encoder.close();
    }
  }

  private void awaitEnd() {
    boolean interrupted = false;
    while (compute.isAlive() || !callThreads.isTerminated()) {
      try {
        compute.join();
        callThreads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void observe(EncoderMetrics metrics, ResultCache cache) {
    metrics.observe("queue", "chunks", "Chunks waiting or encoding.", scheduler::queueLength);
    metrics.observe(
        "queue_age", "seconds", "How long the oldest has waited.", scheduler::queueAgeSeconds);
    metrics.observe("cache", "bytes", "Bytes of results in the cache.", cache::bytes);
    metrics.observe("cache", "entries", "Results in the cache.", cache::entries);
    metrics.observe("open_calls", "", "Encode calls open.", calls::size);
  }

  private static ServingException closing() {
    return new ServingException(Reason.DRAINING, "the encoder is shutting down");
  }

  private static void requireBatchHoldsChunk(
      EncoderSettings settings, EncoderDescription description) {
    if (description.chunkTokens() > settings.batchTokens()) {
      throw new IllegalArgumentException(
          "batch-tokens is "
              + settings.batchTokens()
              + ", less than the encoder's chunks of "
              + description.chunkTokens());
    }
  }
}
