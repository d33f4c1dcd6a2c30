package io.e2llm.gateway.request;

import io.e2llm.common.flow.OutboundQueue;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.decoder.v1.TokenEvent;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.FinishReason;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.Progress;
import io.e2llm.gateway.v1.Timings;
import io.e2llm.gateway.v1.Token;
import java.util.function.LongSupplier;

/** What the client is told, and when what happened. Belongs to the request's thread. */
final class AnswerEvents {
  private static final long PROGRESS_NANOS = 100_000_000;
  private static final long NANOS_PER_MICRO = 1_000;

  private final OutboundQueue<GenerateResponse> queue;
  private final LongSupplier nanoTime;
  private long begun;
  private long encoded;
  private long firstToken;
  private long lastToken;
  private boolean anyToken;
  private long lastProgress;
  private Progress told = Progress.getDefaultInstance();

  AnswerEvents(OutboundQueue<GenerateResponse> queue, LongSupplier nanoTime) {
    this.queue = queue;
    this.nanoTime = nanoTime;
  }

  /** The first message came. */
  void begun() {
    begun = nanoTime.getAsLong();
    encoded = begun;
    lastProgress = begun - PROGRESS_NANOS;
  }

  /**
   * Tells how far encoding has come, unless it was told a moment ago, did not change, or the client
   * has not taken what it was told before.
   */
  void progress(ContextChunks chunks, boolean contextComplete, boolean atOnce) {
    long now = nanoTime.getAsLong();
    boolean soon = now - lastProgress < PROGRESS_NANOS || queue.size() > 0;
    if (anyToken || (!atOnce && soon)) {
      return;
    }
    Progress progress =
        Progress.newBuilder()
            .setChunksDone(chunks.done())
            .setChunksTotal(chunks.size())
            .setChunksCached(chunks.cached())
            .setContextComplete(contextComplete)
            .build();
    if (!progress.equals(told)) {
      told = progress;
      lastProgress = now;
      queue.offer(GenerateResponse.newBuilder().setProgress(progress).build());
    }
  }

  /** The context's last piece is encoded. */
  void encoded() {
    encoded = nanoTime.getAsLong();
  }

  /** Passes a token on; returns whether it was the first. */
  boolean token(TokenEvent token) {
    boolean first = !anyToken;
    lastToken = nanoTime.getAsLong();
    if (first) {
      firstToken = lastToken;
      anyToken = true;
    }
    Token.Builder passed =
        Token.newBuilder()
            .setId(token.getId())
            .setPosition(token.getPosition())
            .setText(token.getText());
    if (token.hasLogProbability()) {
      passed.setLogProbability(token.getLogProbability());
    }
    queue.offer(GenerateResponse.newBuilder().setToken(passed).build());
    return first;
  }

  /** Nanoseconds from the first message to the first token. */
  long firstTokenNanos() {
    return firstToken - begun;
  }

  /** Sends the end, with reason, text, seed and timings filled in, and completes the call. */
  void end(GenerationEnd generation, End.Builder end) {
    long now = nanoTime.getAsLong();
    end.setFinishReason(FinishReason.forNumber(generation.getFinishReason().getNumber()))
        .setText(generation.getText())
        .setSeed(generation.getSeed())
        .setTimings(
            Timings.newBuilder()
                .setEncodeMicros((encoded - begun) / NANOS_PER_MICRO)
                .setFirstTokenMicros(((anyToken ? firstToken : now) - begun) / NANOS_PER_MICRO)
                .setTotalMicros((now - begun) / NANOS_PER_MICRO)
                .setDecodeMicros((lastToken - firstToken) / NANOS_PER_MICRO));
    queue.offer(GenerateResponse.newBuilder().setEnd(end).build());
    queue.complete();
  }
}
