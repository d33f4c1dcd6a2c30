package io.e2llm.encoder;

import com.google.protobuf.UnsafeByteOperations;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.encoder.v1.Chunk;
import io.e2llm.encoder.v1.EncodeRequest;
import io.e2llm.encoder.v1.EncodeResponse;
import io.e2llm.encoder.v1.EncodeStart;
import io.e2llm.encoder.v1.EncodedChunk;
import io.e2llm.engine.encoder.ChunkDigest;
import io.e2llm.engine.encoder.ChunkTooLongException;
import io.e2llm.engine.encoder.PreparedChunk;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Encode call. All of it happens on the call's {@link CallSequence}, one task at a time:
 * checking and tokenizing what came, sending what is ready. One message is asked of the client at a
 * time, and none while {@code maxChunksInFlightPerCall} chunks are unanswered or unsent, which
 * bounds what a call holds. A chunk that finds the queue full waits for the call's own earlier
 * chunks; without such the call fails with QUEUE_FULL.
 */
final class EncodeCall extends Asker {
  private static final Logger log = LoggerFactory.getLogger(EncodeCall.class);

  private final CallContext tier;
  private final RequestChecks checks;
  private final ServerCallStreamObserver<EncodeResponse> responses;
  private final CallSequence sequence;
  private final Deadline deadline;
  private final ActiveCalls calls;

  private final Set<Long> unanswered = new HashSet<>();
  private final Queue<EncodeResponse> unsent = new ArrayDeque<>();
  private @Nullable EncodeStart start;
  private @Nullable Chunk parked;
  private boolean requested;
  private boolean halfClosed;
  private boolean ended;

  EncodeCall(
      CallContext tier,
      ServerCallStreamObserver<EncodeResponse> responses,
      CallSequence sequence,
      Deadline deadline,
      ActiveCalls calls) {
    this.tier = tier;
    this.checks = new RequestChecks(tier.encoder().description(), tier.settings());
    this.responses = responses;
    this.sequence = sequence;
    this.deadline = deadline;
    this.calls = calls;
  }

  /** Comes in by the door, or is refused; then the client may send. */
  void begin() {
    if (!sequence.execute(() -> guarded(this::enter))) {
      responses.onError(StatusMapping.status(Reason.DRAINING, "the encoder has shut down"));
    }
  }

  /** A message came. */
  void received(EncodeRequest request) {
    run(() -> guarded(() -> accept(request)));
  }

  /** The client has sent its last message. */
  void halfClosed() {
    run(() -> guarded(this::noteHalfClosed));
  }

  /** The client reads again. */
  void ready() {
    run(() -> guarded(this::flush));
  }

  /** The client has gone. */
  void cancelled() {
    run(this::end);
  }

  /** Ends the call with a failure of the tier's. */
  void abort(ServingException failure) {
    run(() -> fail(failure));
  }

  @Override
  void encoded(Ask ask, WireChunk chunk, boolean cached) {
    run(() -> guarded(() -> answered(ask, chunk, cached)));
  }

  @Override
  void failed(Ask ask, ServingException failure) {
    run(() -> fail(failure));
  }

  private void enter() {
    calls.add(this);
    requestMore();
  }

  private void noteHalfClosed() {
    halfClosed = true;
    flush();
  }

  private void accept(EncodeRequest request) {
    requested = false;
    switch (request.getKindCase()) {
      case START -> accept(request.getStart());
      case CHUNK -> accept(request.getChunk());
      case KIND_NOT_SET -> throw RequestChecks.invalid("neither start nor chunk is set");
    }
    flush();
  }

  private void accept(EncodeStart first) {
    if (start != null) {
      throw RequestChecks.invalid("start comes first and only once");
    }
    checks.check(first);
    start = first;
  }

  private void accept(Chunk chunk) {
    if (start == null) {
      throw RequestChecks.invalid("start comes before the first chunk");
    }
    checks.check(chunk);
    if (unanswered.contains(chunk.getTag())) {
      throw RequestChecks.invalid("chunk.tag is that of another chunk in flight");
    }
    ChunkDigest digest =
        ChunkDigest.of(
            start.getTenant(),
            tier.encoder().description().identity(),
            chunk.getRatio(),
            RequestChecks.role(chunk),
            chunk.getText());
    WireChunk known = tier.cache().get(digest);
    if (known != null) {
      tier.metrics().cacheHit();
      unsent.add(response(chunk.getTag(), digest, known, true));
    } else if (tier.scheduler().reserve()) {
      encode(chunk, digest);
    } else if (unanswered.isEmpty()) {
      throw new ServingException(Reason.QUEUE_FULL, "too many chunks wait already");
    } else {
      parked = chunk;
    }
  }

  private void encode(Chunk chunk, ChunkDigest digest) {
    PreparedChunk prepared;
    try {
      prepared = tier.encoder().prepare(chunk.getText(), RequestChecks.role(chunk));
    } catch (ChunkTooLongException e) {
      tier.scheduler().release();
      throw new ServingException(Reason.CHUNK_TOO_LONG, String.valueOf(e.getMessage()), e);
    } catch (RuntimeException | Error e) {
      tier.scheduler().release();
      throw e;
    }
    unanswered.add(chunk.getTag());
    tier.scheduler()
        .submit(new Ask(this, chunk.getTag(), digest, prepared, chunk.getRatio(), deadline));
  }

  private void answered(Ask ask, WireChunk chunk, boolean cached) {
    unanswered.remove(ask.tag());
    unsent.add(response(ask.tag(), ask.digest(), chunk, cached));
    Chunk waiting = parked;
    if (waiting != null) {
      parked = null;
      accept(waiting);
    }
    flush();
  }

  private void flush() {
    while (!unsent.isEmpty() && responses.isReady()) {
      responses.onNext(unsent.remove());
    }
    if (halfClosed && parked == null && unanswered.isEmpty() && unsent.isEmpty()) {
      end();
      responses.onCompleted();
    } else {
      requestMore();
    }
  }

  private void requestMore() {
    boolean full = unanswered.size() + unsent.size() >= tier.settings().maxChunksInFlightPerCall();
    if (!requested && !halfClosed && parked == null && !full) {
      requested = true;
      responses.request(1);
    }
  }

  /** After the tier has closed, this call is over and the task is dropped. */
  private void run(Runnable task) {
    var unused = sequence.execute(task);
  }

  /** Runs {@code task} unless the call is over; a failure ends it. */
  private void guarded(Runnable task) {
    if (ended) {
      return;
    }
    try {
      task.run();
    } catch (ServingException e) {
      fail(e);
    } catch (RuntimeException | Error e) {
      log.error("an Encode call failed", e);
      fail(new ServingException(Reason.INTERNAL, "the call failed", e));
    }
  }

  private void fail(ServingException failure) {
    if (!ended) {
      end();
      responses.onError(StatusMapping.toStatus(failure));
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      tier.scheduler().abandon(this);
      unanswered.clear();
      unsent.clear();
      parked = null;
      calls.remove(this);
    }
  }

  private static EncodeResponse response(
      long tag, ChunkDigest digest, WireChunk chunk, boolean cached) {
    EncodedChunk.Builder encoded =
        EncodedChunk.newBuilder()
            .setTag(tag)
            .setEmbedding(chunk.embedding())
            .setTokens(chunk.tokens())
            .setCached(cached)
            .setDigest(UnsafeByteOperations.unsafeWrap(digest.bytes()));
    if (chunk.softPrompt() != null) {
      encoded.setSoftPrompt(chunk.softPrompt());
    }
    return EncodeResponse.newBuilder().setChunk(encoded).build();
  }
}
