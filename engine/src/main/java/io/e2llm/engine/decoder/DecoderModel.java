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

  /** Opens an empty sequence and returns its handle. Handles are reused after {@link #release}. */
  int open();

  /** Frees a sequence's KV cache. */
  void release(int sequence);

  /** Tokens a sequence holds. */
  int length(int sequence);

  /**
   * Runs one forward pass over all inputs at once, appending each to its sequence. A sequence
   * stands in a batch at most once, and may not grow beyond the window.
   *
   * @return logits of the last position of every input that wants them, in the order of the inputs;
   *     the buffer is valid until the next call
   */
  Logits step(List<StepInput> inputs);

  /** Bytes of KV cache in use, spare capacity included. */
  long kvBytes();

  /** Frees native memory, all sequences included. */
  @Override
  void close();
}
