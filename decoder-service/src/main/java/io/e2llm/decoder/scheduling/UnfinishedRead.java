package io.e2llm.decoder.scheduling;

import io.e2llm.engine.decoder.LayeredStep;
import java.util.List;

/**
 * A piece of some prompts that is being read, a few layers at a time, while others decode. Its
 * generations stay as they were until it is done; if one of them loses its place in the KV cache,
 * or its prompt, the piece is dropped, and the others read theirs again. Scheduler's thread only.
 */
final class UnfinishedRead {
  private final LayeredStep step;
  private final List<Ready> batch;
  private boolean dropped;
  private long nanos;
  private double nanosOfALayer;

  /**
   * One that has begun.
   *
   * @param nanos that took
   */
  UnfinishedRead(LayeredStep step, List<Ready> batch, long nanos) {
    this.step = step;
    this.batch = batch;
    this.nanos = nanos;
    batch.forEach(ready -> ready.generation().unfinished = this);
  }

  LayeredStep step() {
    return step;
  }

  List<Ready> batch() {
    return batch;
  }

  int tokens() {
    return batch.stream().mapToInt(ready -> ready.input().tokens()).sum();
  }

  /** Notes that so many layers were run. */
  void took(int layers, long theirNanos) {
    nanos += theirNanos;
    nanosOfALayer = (double) theirNanos / layers;
  }

  /** Notes that all is done, which took so long behind the layers. */
  void finished(long theirNanos) {
    nanos += theirNanos;
  }

  /** Nanoseconds that it has taken so far. */
  long nanos() {
    return nanos;
  }

  /** Nanoseconds that one of the layers run last took; 0 before the first. */
  double nanosOfALayer() {
    return nanosOfALayer;
  }

  boolean dropped() {
    return dropped;
  }

  /** Gives the piece up: its generations are free again, and read theirs anew. */
  void drop() {
    dropped = true;
    end();
  }

  /** Its generations are free again, to take what was read or to read it anew. */
  void end() {
    batch.forEach(ready -> ready.generation().unfinished = null);
    step.close();
  }
}
