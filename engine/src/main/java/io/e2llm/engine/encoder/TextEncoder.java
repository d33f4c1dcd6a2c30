package io.e2llm.engine.encoder;

import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.List;

/**
 * A pretrained text encoder with the pooling of an adapter bundle, if one is installed. {@link
 * #description}, {@link #tokenizer} and {@link #prepare} may be called by any thread; {@link
 * #encode} and {@link #close} by one compute thread only.
 */
public interface TextEncoder extends AutoCloseable {
  /** What it is. Constant. */
  EncoderDescription description();

  /** Its tokenizer; closed with the encoder. */
  Tokenizer tokenizer();

  /**
   * Tokenizes one chunk: role prefix, specials and text.
   *
   * @throws ChunkTooLongException when the tokens, specials included, exceed the description's
   *     {@code chunkTokens}
   */
  PreparedChunk prepare(String text, ChunkRole role);

  /**
   * Encodes a batch. Results stand in the order of the batch and do not depend on batch-mates
   * beyond rounding (1e-5).
   *
   * @param batch at least one; every ratio 0 or one of the description's
   */
  List<EncodedChunk> encode(List<EncodeInput> batch);

  /** Parts of a batch that are encoded at the same time, each by a core of its own. Constant. */
  int lanes();

  /** Frees native memory. */
  @Override
  void close();

  /**
   * One chunk of a batch.
   *
   * @param chunk what {@link #prepare} returned
   * @param ratio encoder tokens per soft token; 0 for the embedding alone
   */
  record EncodeInput(PreparedChunk chunk, int ratio) {}
}
