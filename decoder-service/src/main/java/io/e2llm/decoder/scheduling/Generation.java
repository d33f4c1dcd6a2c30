package io.e2llm.decoder.scheduling;

import io.e2llm.decoder.scheduling.Admission.Claim;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.decoder.v1.TokenEvent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One generation. To everybody else a handle; its state belongs to the scheduler's thread, but for
 * {@link #awaitsDelivery}.
 */
public final class Generation {
  /** No sequence. */
  static final int NO_SEQUENCE = -1;

  /** Not paused, not begun, not happened. */
  static final long NEVER = Long.MIN_VALUE;

  final GenerationRequest request;
  final GenerationEvents events;
  final PromptReader reader;
  final Output output;
  final long arrivedNanos;

  Phase phase = Phase.WAITING;
  int sequence = NO_SEQUENCE;
  int sequenceTokens;
  int granted;
  int nextToken;
  long lastServed = -1;
  long heardNanos;
  long pausedNanos = NEVER;
  private long firstStepNanos = NEVER;
  private long firstTokenNanos = NEVER;
  private long lastTokenNanos;

  /** Whether the scheduler wants to hear that events were delivered. Read by any thread. */
  private volatile boolean awaitsDelivery;

  Generation(
      GenerationRequest request,
      GenerationEvents events,
      PromptReader reader,
      Output output,
      long nowNanos) {
    this.request = request;
    this.events = events;
    this.reader = reader;
    this.output = output;
    arrivedNanos = nowNanos;
    heardNanos = nowNanos;
  }

  /** An upper bound of the tokens it will hold, as far as its prompt is known. */
  Claim claim(int window) {
    int earlier = reader.closed() ? request.generated().length : 0;
    long tokens = (long) reader.received() - earlier + request.maxTokens();
    int bound = (int) Math.min(window, tokens);
    return new Claim(bound, granted, reader.closed() && granted >= bound);
  }

  boolean awaitsDelivery() {
    return awaitsDelivery;
  }

  boolean paused() {
    return pausedNanos != NEVER;
  }

  void pause(long nowNanos) {
    pausedNanos = nowNanos;
    awaitsDelivery = true;
  }

  void resume() {
    pausedNanos = NEVER;
    awaitsDelivery = false;
  }

  void stepping(long nowNanos) {
    if (firstStepNanos == NEVER) {
      firstStepNanos = nowNanos;
    }
  }

  /** Nanoseconds since the token before; since arrival for the first. */
  long tokenNanos(long nowNanos) {
    boolean first = firstTokenNanos == NEVER;
    long since = nowNanos - (first ? arrivedNanos : lastTokenNanos);
    if (first) {
      firstTokenNanos = nowNanos;
    }
    lastTokenNanos = nowNanos;
    return since;
  }

  boolean firstTokenDue() {
    return firstTokenNanos == NEVER;
  }

  TokenEvent token(int id, String text) {
    return TokenEvent.newBuilder().setId(id).setPosition(output.count() - 1).setText(text).build();
  }

  GenerationEnd end(long nowNanos) {
    long begun = firstStepNanos == NEVER ? nowNanos : firstStepNanos;
    long first = firstTokenNanos == NEVER ? nowNanos : firstTokenNanos;
    long last = firstTokenNanos == NEVER ? nowNanos : lastTokenNanos;
    GenerationEnd.Builder end =
        GenerationEnd.newBuilder()
            .setText(output.finish())
            .setPromptTokens(reader.received() - reader.softTokens() - request.generated().length)
            .setSoftTokens(reader.softTokens())
            .setCompletionTokens(output.count())
            .setSeed(request.sampling().seed())
            .setQueueMicros(TimeUnit.NANOSECONDS.toMicros(begun - arrivedNanos))
            .setPrefillMicros(TimeUnit.NANOSECONDS.toMicros(first - begun))
            .setDecodeMicros(TimeUnit.NANOSECONDS.toMicros(last - first));
    if (output.finished() != null) {
      end.setFinishReason(output.finished());
    }
    @Nullable Integer endToken = output.endToken();
    if (endToken != null) {
      end.setEndToken(endToken);
    }
    return end.build();
  }
}
