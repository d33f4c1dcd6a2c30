package io.e2llm.gateway.request;

import io.e2llm.common.client.Endpoint;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.encoder.v1.EncodeStart;
import io.e2llm.gateway.GatewayMetrics;
import io.e2llm.gateway.GatewaySettings;
import io.e2llm.gateway.tiers.EncoderDirectory;
import io.e2llm.gateway.tiers.EncoderView;
import io.e2llm.gateway.tiers.Rendezvous;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Spreads a request's chunks over the encoders, one stream to each. What an encoder leaves
 * unfinished when it fails goes to another, a bounded number of times; a failure that another
 * encoder would repeat fails the request. Belongs to the request's thread.
 */
final class EncodeFanout {
  /** Chunks an encoder may have from this gateway before affinity yields to balance. */
  private static final int FREE_CHUNKS = 16;

  /** Pause after a chunk's first failure. */
  private static final long PAUSE_NANOS = 50_000_000;

  private final EncoderDirectory directory;
  private final EncoderView encoder;
  private final GatewaySettings settings;
  private final GatewayMetrics metrics;
  private final Mailbox mailbox;
  private final LongSupplier nanoTime;
  private final EncodeStart start;
  private final Deque<EncodeJob> waiting = new ArrayDeque<>();
  private final Map<Endpoint, EncodeStream> streams = new HashMap<>();
  private int inFlight;
  private long pausedUntil;
  private boolean paused;
  private long aloneSince;
  private boolean alone;

  EncodeFanout(RequestContext context, EncoderView encoder) {
    this.directory = context.encoders();
    this.encoder = encoder;
    this.settings = context.settings();
    this.metrics = context.metrics();
    this.mailbox = context.mailbox();
    this.nanoTime = context.nanoTime();
    this.start =
        EncodeStart.newBuilder()
            .setIdentity(encoder.info().getIdentity())
            .setTenant(RequestContext.TENANT)
            .build();
  }

  /** Takes a job, to be sent by {@link #pump}. */
  void submit(EncodeJob job) {
    waiting.addLast(job);
  }

  /** Whether the encoders have all they can take and some more waits. */
  boolean saturated() {
    return waiting.size() >= settings.chunksInFlight();
  }

  /** Whether something waits for time to pass. */
  boolean impatient() {
    return !waiting.isEmpty() && inFlight < settings.chunksInFlight();
  }

  /** Forgets jobs that were not sent yet. */
  void forget(Predicate<EncodeJob> unwanted) {
    waiting.removeIf(unwanted);
  }

  /** Sends what may be sent. */
  void pump() {
    if (waiting.isEmpty() || inFlight >= settings.chunksInFlight()) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (paused && now - pausedUntil < 0) {
      return;
    }
    paused = false;
    List<Endpoint> live = directory.members(encoder.info().getIdentity());
    if (live.isEmpty()) {
      waitForSomebody(now);
      return;
    }
    alone = false;
    while (!waiting.isEmpty() && inFlight < settings.chunksInFlight()) {
      EncodeJob job = waiting.removeFirst();
      Endpoint endpoint =
          Rendezvous.pick(live, job.routeKey(), directory.loads()::of, FREE_CHUNKS, job.failedAt())
              .orElseThrow();
      streams.computeIfAbsent(endpoint, key -> EncodeStream.open(key, start, mailbox)).send(job);
      directory.loads().add(endpoint, 1);
      inFlight++;
    }
  }

  /** While chunks are with an encoder, its stream tells whether it is lost. */
  private void waitForSomebody(long now) {
    if (inFlight > 0) {
      alone = false;
      return;
    }
    if (!alone) {
      alone = true;
      aloneSince = now;
    }
    if (now - aloneSince >= settings.tierPatience().toNanos()) {
      throw new ServingException(Reason.TIER_UNREACHABLE, "no encoder answers at present");
    }
  }

  /** The job a result is for; empty when nobody asked for it or its stream is given up. */
  Optional<EncodeJob> finished(CallEvent.Encoded result) {
    EncodeStream stream = result.stream();
    @Nullable EncodeJob job = stream.take(result.chunk().getTag());
    if (job == null || streams.get(stream.endpoint()) != stream) {
      return Optional.empty();
    }
    directory.loads().add(stream.endpoint(), -1);
    inFlight--;
    return Optional.of(job);
  }

  /**
   * Takes back what a stream left unfinished.
   *
   * @throws ServingException when trying again is no use
   */
  void ended(CallEvent.EncoderEnded event) {
    EncodeStream stream = event.stream();
    if (streams.get(stream.endpoint()) != stream) {
      return;
    }
    streams.remove(stream.endpoint());
    Collection<EncodeJob> unfinished = stream.unfinished();
    inFlight -= unfinished.size();
    directory.loads().add(stream.endpoint(), -unfinished.size());
    @Nullable Throwable failure = event.failure();
    blame(stream.endpoint(), failure);
    int mostTries = 0;
    for (EncodeJob job : unfinished) {
      job.failedAt().add(stream.endpoint());
      if (job.failedAt().size() >= settings.tries()) {
        throw failure == null
            ? new ServingException(Reason.TIER_UNREACHABLE, "an encoder left chunks unfinished")
            : StatusMapping.toServing(failure);
      }
      waiting.addFirst(job);
      mostTries = Math.max(mostTries, job.failedAt().size());
    }
    if (!unfinished.isEmpty()) {
      metrics.encodeRetries(unfinished.size());
      paused = true;
      pausedUntil = nanoTime.getAsLong() + RetryPause.nanos(PAUSE_NANOS, mostTries);
    }
  }

  private void blame(Endpoint endpoint, @Nullable Throwable failure) {
    if (failure == null) {
      return;
    }
    RequestContext.requireCaller();
    @Nullable Reason reason = StatusMapping.reason(failure).orElse(null);
    Status.Code code = Status.fromThrowable(failure).getCode();
    if (reason == Reason.ENCODER_MISMATCH) {
      directory.forget(endpoint);
    } else if (code == Status.Code.UNAVAILABLE || code == Status.Code.CANCELLED) {
      directory.failed(endpoint);
    } else if (reason != Reason.QUEUE_FULL && reason != Reason.TOO_MANY_REQUESTS) {
      throw StatusMapping.toServing(failure);
    }
  }

  /** Ends all streams; results that still come are ignored. */
  void close() {
    waiting.clear();
    inFlight = 0;
    for (EncodeStream stream : streams.values()) {
      directory.loads().add(stream.endpoint(), -stream.unfinished().size());
      stream.close();
    }
    streams.clear();
  }
}
