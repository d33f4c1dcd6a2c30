package io.e2llm.engine.decoder;

/**
 * A forward pass that is made a few layers at a time, so that others can be made in between: a long
 * piece of a prompt is read as quickly as in one go and yet nobody waits for the whole of it.
 * {@link DecoderModel#begin} begins one. Compute thread only.
 */
public interface LayeredStep extends AutoCloseable {
  /** Layers that are still to be run. */
  int layersLeft();

  /**
   * Runs the next {@code layers}.
   *
   * @throws IllegalArgumentException when there are not so many left
   */
  void run(int layers);

  /**
   * Ends the step, all of whose layers have been run: its sequences hold what they have read.
   *
   * @return as {@link DecoderModel#step}
   */
  Logits finish();

  /** Ends the step; unless it was finished it is as if it had never begun. */
  @Override
  void close();
}
