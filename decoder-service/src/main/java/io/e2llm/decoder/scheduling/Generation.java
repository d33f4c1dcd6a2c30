package io.e2llm.decoder.scheduling;

import io.e2llm.decoder.prefix.Lease;
import io.e2llm.decoder.prefix.PrefixRoot;
import io.e2llm.decoder.sampling.Sampled;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.decoder.v1.TokenEvent;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One generation. To everybody else a handle; its state belongs to the scheduler's thread, but for
 * {@link #awaitsDelivery}.
 */
public final class Generation {
  /** Not paused, not begun, not happened. */
  static final long NEVER = Long.MIN_VALUE;

  final GenerationRequest request;
  final PrefixRoot root;
  final GenerationEvents events;
  final PromptReader reader;
  final Output output;
  final CachedTokens cached = new CachedTokens();
  final long arrivedNanos;

  Phase phase = Phase.WAITING;

  /** Its place in the KV cache, from its first step until it ends or waits again. */
  @Nullable Lease lease;

  /** The piece of its prompt that is being read, layer by layer. */
  @Nullable UnfinishedRead unfinished;

  /** Whether it reads everything itself, because what others have read does not fit. */
  boolean readsAlone;

  /** Whether another is reading what this one would read next. */
  boolean follows;

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
      PrefixRoot root,
      GenerationEvents events,
      PromptReader reader,
      Output output,
      long nowNanos) {
    this.request = request;
    this.root = root;
    this.events = events;
    this.reader = reader;
    this.output = output;
    arrivedNanos = nowNanos;
    heardNanos = nowNanos;
  }

  /** An upper bound of the tokens it will hold, as far as its prompt is known. */
  int mostTokens(int window) {
    return (int) Math.min(window, (long) reader.promptTokens() + request.maxTokens());
  }

  /** Whether it still generates, or will. */
  boolean inside() {
    return switch (phase) {
      case WAITING, READING, WRITING -> true;
      case DELIVERING, GONE -> false;
    };
  }

  /** Whether it was let in. */
  boolean running() {
    return switch (phase) {
      case READING, WRITING -> true;
      case WAITING, DELIVERING, GONE -> false;
    };
  }

  /** Whether it has read its prompt and writes its answer. */
  boolean decodes() {
    return phase == Phase.WRITING;
  }

  /** Its lease, which it has. */
  Lease lease() {
    return Objects.requireNonNull(lease, "no lease");
  }

  /** Gives up the piece that is being read. */
  void dropUnfinished() {
    if (unfinished != null) {
      unfinished.end();
    }
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

  TokenEvent token(Sampled token, String text) {
    TokenEvent.Builder event =
        TokenEvent.newBuilder().setId(token.id()).setPosition(output.count() - 1).setText(text);
    if (request.logProbabilities()) {
      event.setLogProbability(token.logProbability());
    }
    return event.build();
  }

  GenerationEnd end(long nowNanos) {
    long begun = firstStepNanos == NEVER ? nowNanos : firstStepNanos;
    long first = firstTokenNanos == NEVER ? nowNanos : firstTokenNanos;
    long last = firstTokenNanos == NEVER ? nowNanos : lastTokenNanos;
    GenerationEnd.Builder end =
        GenerationEnd.newBuilder()
            .setText(output.finish())
            .setPromptTokens(reader.promptTokens() - reader.softTokens())
            .setSoftTokens(reader.softTokens())
            .setCachedPromptTokens(cached.textTokens())
            .setCachedSoftTokens(cached.softTokens())
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
