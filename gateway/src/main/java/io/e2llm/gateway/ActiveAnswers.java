package io.e2llm.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.gateway.documents.Documents;
import io.e2llm.gateway.request.ActiveCall;
import io.e2llm.gateway.request.KnownChunks;
import io.e2llm.gateway.request.Mailbox;
import io.e2llm.gateway.request.RequestContext;
import io.e2llm.gateway.tiers.DecoderDirectory;
import io.e2llm.gateway.tiers.EncoderDirectory;
import io.grpc.Context;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** The answers that run, each on a virtual thread, and the door to them. Thread-safe. */
final class ActiveAnswers {
  private static final Duration STOP = Duration.ofSeconds(20);

  private final GatewaySettings settings;
  private final EncoderDirectory encoders;
  private final DecoderDirectory decoders;
  private final Documents documents;
  private final GatewayMetrics metrics;
  private final LongSupplier nanoTime;
  private final LongSupplier seeds;
  private final KnownChunks knownChunks;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  @GuardedBy("lock") private final Set<ActiveCall> running = new HashSet<>();

  @GuardedBy("lock") private int admitted;

  @GuardedBy("lock") private boolean draining;

  ActiveAnswers(
      GatewaySettings settings,
      EncoderDirectory encoders,
      DecoderDirectory decoders,
      Documents documents,
      GatewayMetrics metrics,
      LongSupplier nanoTime,
      LongSupplier seeds) {
    this.settings = settings;
    this.encoders = encoders;
    this.decoders = decoders;
    this.documents = documents;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    this.seeds = seeds;
    knownChunks = new KnownChunks(settings.knownChunkBytes().bytes());
  }

  GatewaySettings settings() {
    return settings;
  }

  EncoderDirectory encoders() {
    return encoders;
  }

  DecoderDirectory decoders() {
    return decoders;
  }

  /** What a new request works with. */
  RequestContext context() {
    return new RequestContext(
        settings,
        encoders,
        decoders,
        knownChunks,
        documents,
        metrics,
        new Mailbox(),
        nanoTime,
        seeds);
  }

  /** Answers that run. */
  int running() {
    lock.lock();
    try {
      return admitted;
    } finally {
      lock.unlock();
    }
  }

  /** Lets one more in, or tells why not. Who is let in must {@link #run}. */
  Optional<Reason> admit() {
    lock.lock();
    try {
      Optional<Reason> refusal =
          draining
              ? Optional.of(Reason.DRAINING)
              : admitted >= settings.maxRequests()
                  ? Optional.of(Reason.TOO_MANY_REQUESTS)
                  : Optional.empty();
      refusal.ifPresentOrElse(metrics::failed, () -> admitted++);
      return refusal;
    } finally {
      lock.unlock();
    }
  }

  /** Runs a call to its end, in the caller's gRPC context: its deadline and cancellation hold. */
  void run(ActiveCall call) {
    lock.lock();
    try {
      running.add(call);
    } finally {
      lock.unlock();
    }
    Thread.ofVirtual()
        .name("e2llm-gateway-answer")
        .start(
            Context.current()
                .wrap(
                    () -> {
                      try {
                        call.run();
                      } finally {
                        left(call);
                      }
                    }));
  }

  private void left(ActiveCall call) {
    lock.lock();
    try {
      running.remove(call);
      admitted--;
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets nobody in any more and waits; returns whether all ended in time. */
  boolean drain(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      draining = true;
      long left = atMost.toNanos();
      while (admitted > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
      return admitted == 0;
    } finally {
      lock.unlock();
    }
  }

  /** Ends all that run and waits for them for a while; returns whether all have ended. */
  boolean stop() {
    List<ActiveCall> calls;
    lock.lock();
    try {
      draining = true;
      calls = List.copyOf(running);
    } finally {
      lock.unlock();
    }
    calls.forEach(
        call -> call.abort(new ServingException(Reason.DRAINING, "the gateway is shutting down")));
    try {
      return drain(STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
