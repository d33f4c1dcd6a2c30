package io.e2llm.encoder;

import io.e2llm.engine.encoder.EncodedChunk;
import io.e2llm.engine.encoder.EncoderDescription;
import io.e2llm.engine.encoder.TextEncoder.EncodeInput;
import java.util.ArrayList;
import java.util.List;

/** A chunk that waits or is being encoded, with all who want it. Confined to the compute thread. */
final class PendingChunk implements BatchPlan.Candidate {
  final Ask first;
  final long arrivedNanos;
  final List<Ask> asks = new ArrayList<>();
  private boolean alone;
  private boolean running;

  PendingChunk(Ask first, long arrivedNanos) {
    this.first = first;
    this.arrivedNanos = arrivedNanos;
  }

  EncodeInput input() {
    return new EncodeInput(first.chunk(), first.ratio());
  }

  /** What the model made of it, for the wire; fails as {@link WireChunk#of} does. */
  WireChunk result(EncodedChunk encoded, EncoderDescription encoder) {
    return WireChunk.of(encoded, first.ratio(), first.chunk().textTokens(), encoder);
  }

  @Override
  public int tokens() {
    return first.chunk().ids().length;
  }

  @Override
  public boolean alone() {
    return alone;
  }

  boolean running() {
    return running;
  }

  /** It is in the step that begins now. */
  void run() {
    running = true;
  }

  /** The step it was in failed: it waits again, for a batch of its own. */
  void retryAlone() {
    running = false;
    alone = true;
  }
}
