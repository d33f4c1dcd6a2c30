package io.e2llm.decoder.scheduling;

import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.decoder.LayeredStep;
import io.e2llm.engine.decoder.Logits;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A piece of some prompts that is being read, a few layers at a time, while others decode. Its
 * generations stay as they were until it is done; if one of them loses its place in the KV cache,
 * or its prompt, the piece is given up, and the others read theirs again. Scheduler's thread only.
 */
final class UnfinishedRead {
  private final List<Ready> batch;
  private final LongSupplier nanoTime;
  private final LayeredStep step;
  private boolean ended;
  private long nanos;
  private double nanosOfALayer;

  /** Begins to read {@code batch}. */
  UnfinishedRead(DecoderModel model, List<Ready> batch, LongSupplier nanoTime) {
    this.batch = batch;
    this.nanoTime = nanoTime;
    long begun = nanoTime.getAsLong();
    step = model.begin(batch.stream().map(Ready::input).toList());
    nanos = nanoTime.getAsLong() - begun;
    batch.forEach(ready -> ready.generation().unfinished = this);
  }

  List<Ready> batch() {
    return batch;
  }

  int tokens() {
    return batch.stream().mapToInt(ready -> ready.input().tokens()).sum();
  }

  /** Nanoseconds that it has taken so far. */
  long nanos() {
    return nanos;
  }

  /** Nanoseconds that one of the layers run last took; 0 before the first. */
  double nanosOfALayer() {
    return nanosOfALayer;
  }

  /** Whether its generations are free again. */
  boolean ended() {
    return ended;
  }

  /**
   * Runs layers, at least one, until all have been or {@code end} has come by the clock.
   *
   * @return the logits once all have been, with which it has ended; otherwise null
   */
  @Nullable Logits readOn(double end) {
    do {
      long from = nanoTime.getAsLong();
      int layers = layers(end - from);
      step.run(layers);
      long took = nanoTime.getAsLong() - from;
      nanos += took;
      nanosOfALayer = (double) took / layers;
    } while (step.layersLeft() > 0 && nanoTime.getAsLong() + nanosOfALayer <= end);
    if (step.layersLeft() > 0) {
      return null;
    }
    long from = nanoTime.getAsLong();
    Logits logits = step.finish();
    nanos += nanoTime.getAsLong() - from;
    end();
    return logits;
  }

  /** One where nothing is known yet, else half of those there is time for, and at least one. */
  private int layers(double left) {
    double half = nanosOfALayer == 0 ? 1 : left / nanosOfALayer / 2;
    return (int) Math.max(1, Math.min(step.layersLeft(), half));
  }

  /** Its generations are free again, to take what was read or to read it anew. */
  void end() {
    ended = true;
    batch.forEach(ready -> ready.generation().unfinished = null);
    step.close();
  }
}
