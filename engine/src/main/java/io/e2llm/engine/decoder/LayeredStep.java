package io.e2llm.engine.decoder;

/**
 * A forward pass that is made a few layers at a time, so that others can be made in between: a long
 * piece of a prompt is read as quickly as in one go and yet nobody waits for the whole of it. On
 * the CPU a call returns when its layers are done; on CUDA, where layers are queued, the next
 * result waits for them. {@link DecoderModel#begin} begins one. Compute thread only.
 */
public interface LayeredStep extends AutoCloseable {
  /** Layers that are still to be run. */
  int layersLeft();

  /**
   * Runs the next {@code layers}.
   *
   * @throws IllegalArgumentException when there are not so many left
   * @throws IllegalStateException when the step has ended
   */
  void run(int layers);

  /**
   * Ends the step, all of whose layers have been run: its sequences hold what they have read.
   *
   * @return as {@link DecoderModel#step}
   * @throws IllegalStateException when layers are left, or the step has ended
   */
  Logits finish();

  /**
   * Ends the step, however far it came. Unless it was finished its sequences are as if it had never
   * begun, but for the room that was made.
   */
  @Override
  void close();
}
