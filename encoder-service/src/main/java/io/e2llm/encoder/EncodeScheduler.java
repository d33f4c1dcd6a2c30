package io.e2llm.encoder;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.engine.encoder.EncodedChunk;
import io.e2llm.engine.encoder.TextEncoder;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of the one thread that computes: admit what others sent, plan a batch, step the model,
 * deliver. Only this thread touches the pending chunks and the model; everyone else calls {@link
 * #reserve}, {@link #submit}, {@link #abandon} and {@link #stop}, which never block.
 *
 * <p>Asks that came while a step ran are admitted before its results are delivered, so that they
 * share it. Abandoned and expired asks leave before a batch is planned. A batch that fails is tried
 * again chunk by chunk, so that one chunk's failure reaches only those who asked for it.
 */
final class EncodeScheduler implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(EncodeScheduler.class);

  private final TextEncoder encoder;
  private final int batchTokens;
  private final QueuePlaces places;
  private final ResultCache cache;
  private final EncoderMetrics metrics;
  private final LongSupplier nanoClock;
  private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
  private final PendingChunks pending = new PendingChunks();
  private @Nullable Thread owner;
  private boolean stopping;
  private volatile @Nullable Long oldestNanos;
  private volatile boolean stopped;

  EncodeScheduler(
      TextEncoder encoder,
      EncoderSettings settings,
      ResultCache cache,
      EncoderMetrics metrics,
      LongSupplier nanoClock) {
    this.encoder = encoder;
    this.batchTokens = Math.multiplyExact(settings.batchTokens(), encoder.lanes());
    this.places = new QueuePlaces(settings.queueChunks());
    this.cache = cache;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
  }

  /** Takes a place in the queue for one ask; false when it is full. */
  boolean reserve() {
    return places.take();
  }

  /** Gives a place back that no ask was submitted for. */
  void release() {
    places.giveBack();
  }

  /** Hands over an ask and the place reserved for it. Its asker hears of it once, unless gone. */
  void submit(Ask ask) {
    tell(new Command.Submit(ask));
  }

  /** Forgets the asks of a call that is over. */
  void abandon(Asker asker) {
    tell(new Command.Abandon(asker));
  }

  /** Ends {@link #run} at the next step boundary; what still waits fails with DRAINING. */
  void stop() {
    tell(new Command.Stop());
  }

  /** Asks between the door and their answer. */
  int queueLength() {
    return places.taken();
  }

  /** How long the oldest chunk has waited; 0 when none waits. */
  double queueAgeSeconds() {
    Long oldest = oldestNanos;
    return oldest == null ? 0 : Math.max(0, nanoClock.getAsLong() - oldest) / 1e9;
  }

  /** Steps until told to stop. */
  @Override
  public void run() {
    try {
      while (!stopping) {
        if (!step() && !stopping) {
          admit(commands.take());
        }
      }
    } catch (InterruptedException e) {
      log.warn("the encoder's loop was interrupted");
    } finally {
      stopped = true;
      pending.remove(ask -> true).forEach(this::refuse);
      refuseCommands();
    }
  }

  /** Once around the loop, without waiting; false when there was nothing to encode. */
  boolean step() {
    assertOwner();
    admitAll();
    expire();
    List<PendingChunk> batch = stopping ? List.of() : pending.nextBatch(batchTokens);
    if (batch.isEmpty()) {
      noteAge();
      return false;
    }
    List<EncodedChunk> results = List.of();
    Throwable failure = null;
    long began = nanoClock.getAsLong();
    try {
      results = encoder.encode(batch.stream().map(PendingChunk::input).toList());
      requireOneEach(batch, results);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    metrics.stepEnded(batch, nanoClock.getAsLong() - began);
    admitAll();
    if (failure == null) {
      deliver(batch, results);
    } else {
      stepFailed(batch, failure);
    }
    noteAge();
    return true;
  }

  private void deliver(List<PendingChunk> batch, List<EncodedChunk> results) {
    for (int i = 0; i < batch.size(); i++) {
      PendingChunk chunk = batch.get(i);
      WireChunk result;
      try {
        result = chunk.result(results.get(i), encoder.description());
      } catch (RuntimeException | Error e) {
        fail(chunk, e);
        continue;
      }
      metrics.chunkEncoded();
      cache.put(chunk.first.digest(), result);
      answer(chunk, result);
    }
  }

  /** One chunk may have spoilt the batch for the others: each gets another try by itself. */
  private void stepFailed(List<PendingChunk> batch, Throwable failure) {
    if (batch.size() == 1) {
      fail(batch.get(0), failure);
    } else {
      log.warn("a batch of {} chunks failed, each is tried by itself", batch.size(), failure);
      pending.retryAlone(batch);
    }
  }

  private void answer(PendingChunk chunk, WireChunk result) {
    for (Ask ask : pending.finish(chunk)) {
      places.giveBack();
      ask.asker().encoded(ask, result, false);
    }
  }

  private void fail(PendingChunk chunk, Throwable cause) {
    metrics.chunkFailed();
    log.error("a chunk of {} tokens cannot be encoded", chunk.tokens(), cause);
    ServingException failure =
        cause instanceof ServingException serving
            ? serving
            : new ServingException(Reason.INTERNAL, "the chunk cannot be encoded", cause);
    for (Ask ask : pending.finish(chunk)) {
      places.giveBack();
      ask.asker().failed(ask, failure);
    }
  }

  private void admitAll() {
    for (Command next = commands.poll(); next != null; next = commands.poll()) {
      admit(next);
    }
  }

  private void admit(Command command) {
    switch (command) {
      case Command.Submit submit -> admit(submit.ask());
      case Command.Abandon abandon ->
          pending.remove(ask -> ask.asker() == abandon.asker()).forEach(ask -> places.giveBack());
      case Command.Stop stop -> stopping = true;
    }
  }

  private void admit(Ask ask) {
    WireChunk known = cache.get(ask.digest());
    if (known != null) {
      metrics.cacheHit();
      places.giveBack();
      ask.asker().encoded(ask, known, true);
      return;
    }
    metrics.cacheMiss();
    if (pending.join(ask, nanoClock.getAsLong())) {
      metrics.shared();
    }
  }

  private void expire() {
    long now = nanoClock.getAsLong();
    for (Ask ask : pending.remove(ask -> ask.deadline().passed(now))) {
      places.giveBack();
      ask.asker()
          .failed(ask, new ServingException(Reason.DEADLINE_EXCEEDED, "the deadline has passed"));
    }
  }

  private void tell(Command command) {
    commands.add(command);
    if (stopped) {
      refuseCommands();
    }
  }

  /** After the loop's end: whoever polls a command answers it. */
  private void refuseCommands() {
    for (Command next = commands.poll(); next != null; next = commands.poll()) {
      if (next instanceof Command.Submit submit) {
        refuse(submit.ask());
      }
    }
  }

  private void refuse(Ask ask) {
    places.giveBack();
    ask.asker().failed(ask, new ServingException(Reason.DRAINING, "the encoder is shutting down"));
  }

  private void noteAge() {
    oldestNanos = pending.oldestNanos();
  }

  private void assertOwner() {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    if (owner != Thread.currentThread()) {
      throw new IllegalStateException("the encoder's loop belongs to " + owner.getName());
    }
  }

  private static void requireOneEach(List<PendingChunk> batch, List<EncodedChunk> results) {
    if (results.size() != batch.size()) {
      throw new IllegalStateException(
          results.size() + " results for a batch of " + batch.size() + " chunks");
    }
  }
}
