package io.e2llm.decoder;

import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.decoder.call.DecoderCalls;
import io.e2llm.decoder.scheduling.Scheduler;
import io.e2llm.decoder.scheduling.SchedulerLimits;
import io.e2llm.decoder.soft.SoftPromptStore;
import io.e2llm.engine.decoder.DecoderDescription;
import io.e2llm.engine.decoder.DecoderModel;
import io.grpc.BindableService;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The decoder tier within a process: a model, the thread that computes with it, and the gRPC
 * service over both. Owns the model: it is closed on the compute thread when that ends. Methods may
 * be called by any thread; {@link #start} once.
 */
public final class DecoderTier implements AutoCloseable {
  private final DecoderDescription description;
  private final Scheduler scheduler;
  private final DecoderCalls calls;
  private final Thread compute;

  /** The tier over {@code model}, which nobody else computes with from now on. */
  public DecoderTier(DecoderModel model, DecoderSettings settings, PrometheusRegistry registry) {
    this(model, settings, registry, System::nanoTime, new SecureRandom()::nextLong);
  }

  DecoderTier(
      DecoderModel model,
      DecoderSettings settings,
      PrometheusRegistry registry,
      LongSupplier nanoTime,
      LongSupplier seeds) {
    description = model.description();
    long kvTokens = settings.kvCacheBytes().bytes() / Math.max(1, description.kvBytesPerToken());
    SchedulerLimits limits =
        new SchedulerLimits(
            Math.max(1, kvTokens),
            settings.prefixReuse(),
            settings.maxSequences(),
            settings.queueLimit(),
            settings.prefillTokens(),
            DecoderSettings.SHARED_PREFILL_TOKENS,
            settings.undeliveredEvents(),
            settings.slowReaderTimeout(),
            settings.slowWriterTimeout());
    SoftPromptStore store = new SoftPromptStore(settings.softPromptBytes().bytes());
    TierMetrics metrics = new TierMetrics(registry, "decoder");
    metrics.observe(
        "soft_prompts_held", "bytes", "Bytes of soft prompts held for later.", store::bytes);
    scheduler = new Scheduler(model, limits, nanoTime, new DecoderMetrics(metrics));
    calls = new DecoderCalls(model, scheduler, limits, store, nanoTime, seeds);
    compute = Thread.ofPlatform().name("e2llm-decoder-compute").daemon().unstarted(scheduler);
  }

  /** Starts the compute thread. */
  public void start() {
    compute.start();
  }

  /** What the decoder is. */
  public DecoderDescription description() {
    return description;
  }

  /** The gRPC service. */
  public BindableService service() {
    return calls;
  }

  /**
   * Refuses new generations (DRAINING) and waits for those that run or wait.
   *
   * @return whether all ended in time
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    return scheduler.drain(atMost);
  }

  /** Fails what still runs with DRAINING, frees the model and waits for the compute thread. */
  @Override
  public void close() {
    scheduler.stop();
    if (compute.getState() == Thread.State.NEW) {
      compute.start(); // closes the model, which belongs to it
    }
    boolean interrupted = false;
    while (compute.isAlive()) {
      try {
        compute.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
