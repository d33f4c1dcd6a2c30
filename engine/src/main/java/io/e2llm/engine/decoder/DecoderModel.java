package io.e2llm.engine.decoder;

import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/**
 * A decoder-only language model with its KV cache and the adapter of a bundle, if one is installed.
 * {@link #description}, {@link #tokenizer} and {@link #chatTemplate} may be called by any thread;
 * all else by one compute thread only.
 */
public interface DecoderModel extends AutoCloseable {
  /** What it is. Constant. */
  DecoderDescription description();

  /** Its tokenizer; closed with the model. */
  Tokenizer tokenizer();

  /** Its chat template, if the model has one. */
  Optional<ChatTemplate> chatTemplate();

  /**
   * Maps a soft prompt into the embedding space.
   *
   * @return {@code [rows, hiddenSize]}
   * @throws IllegalStateException without a bundle
   */
  SoftPrompt adapt(SoftPrompt softPrompt);

  /** Opens an empty sequence and returns its handle. Handles are reused after the last release. */
  default int open() {
    return open(List.of());
  }

  /**
   * Opens a sequence that begins with what others have read. The spans are neither copied nor
   * changed, and stay readable for as long as the sequence lives, whoever releases the sequences
   * they are of.
   *
   * @param past what stands before the sequence's own tokens, in order
   * @return its handle, with one holder
   * @throws IllegalArgumentException when a span reaches beyond what its sequence has read
   */
  int open(List<KvSpan> past);

  /** Adds a holder, so that it takes one more {@link #release} to free the sequence. */
  void retain(int sequence);

  /** Takes a holder away; the last one frees the KV cache, but for what others begin with. */
  void release(int sequence);

  /** Appends a copy of {@code from} to the sequence, as if it had read those tokens itself. */
  void copy(KvSpan from, int sequence);

  /**
   * Makes room for so many more tokens and for no further ones, unless it is there already. Without
   * it a step makes room by itself, and some to spare.
   *
   * @throws IllegalArgumentException beyond the window
   */
  void reserve(int sequence, int tokens);

  /** Gives spare room of a sequence back, which it has in order to grow. */
  void trim(int sequence);

  /** Tokens a sequence holds, those it begins with included. */
  int length(int sequence);

  /**
   * Runs one forward pass over all inputs at once, appending each to its sequence. A sequence
   * stands in a batch at most once, and may not grow beyond the window.
   *
   * @return logits of the last position of every input that wants them, in the order of the inputs;
   *     the buffer is valid until the next call
   */
  Logits step(List<StepInput> inputs);

  /**
   * Begins a step that is made a few layers at a time, with others in between. There is one such
   * step at a time. Until it has ended its sequences are as long as they were, and may be neither
   * stepped nor given more room nor trimmed, nor may their last holder release them.
   *
   * @param inputs as of {@link #step}
   * @throws IllegalStateException while another such step goes on
   */
  LayeredStep begin(List<StepInput> inputs);

  /** Bytes of KV cache in use, spare room included. */
  long kvBytes();

  /** Bytes of a sequence's own KV cache, spare room included. */
  long kvBytes(int sequence);

  /** Frees native memory, all sequences included. */
  @Override
  void close();
}
