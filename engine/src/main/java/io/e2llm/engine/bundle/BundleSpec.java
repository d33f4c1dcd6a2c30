package io.e2llm.engine.bundle;

import io.e2llm.engine.ModelException;
import java.util.List;

/**
 * What {@code adapter.json} says.
 *
 * <pre>{@code
 * {
 *   "format_version": 1,
 *   "trained": false,
 *   "encoder": {"name": "…", "digest": "64 hex digits", "hidden_size": 384, "layers": [6]},
 *   "decoder": {"name": "…", "digest": "64 hex digits", "hidden_size": 576},
 *   "chunking": {"chunk_tokens": 128, "chunker_version": 1},
 *   "pooling": {"type": "window", "unit": "tokens", "combine": "mean", "pooled_width": 384},
 *   "ratios": [4, 8, 16, 32],
 *   "adapter": {"type": "mlp-gelu", "inner_width": 1152, "residual": false},
 *   "lora": {"decoder": {"rank": 16, "alpha": 32, "targets": ["self_attn.q_proj"]}}
 * }
 * }</pre>
 *
 * @param trained false for seeded, untrained tensors
 * @param encoder whose token states are pooled
 * @param decoder whose embedding space the adapter maps into
 * @param chunking how contexts were cut in training
 * @param pooling from token states to soft prompt
 * @param ratios ratios trained, ascending
 * @param adapter from soft prompt to embedding space
 * @param lora what is added to the models' own weights
 */
public record BundleSpec(
    boolean trained,
    EncoderSide encoder,
    DecoderSide decoder,
    Chunking chunking,
    PoolingSpec pooling,
    List<Integer> ratios,
    AdapterSpec adapter,
    BundleLora lora) {
  /** Version of the format that is written, and the only one that is read. */
  public static final int FORMAT_VERSION = 1;

  /** Most ratios of a bundle. */
  static final int MOST_RATIOS = 32;

  private static final int WIDTH_FACTOR = 2;

  /** A bundle without LoRA. */
  public BundleSpec(
      boolean trained,
      EncoderSide encoder,
      DecoderSide decoder,
      Chunking chunking,
      PoolingSpec pooling,
      List<Integer> ratios,
      AdapterSpec adapter) {
    this(trained, encoder, decoder, chunking, pooling, ratios, adapter, BundleLora.NONE);
  }

  /** Checks what concerns several parts at once. */
  public BundleSpec {
    ratios = List.copyOf(ratios);
    for (int i = 0; i < ratios.size(); i++) {
      if (ratios.get(i) < 1 || (i > 0 && ratios.get(i) <= ratios.get(i - 1))) {
        throw new ModelException("adapter.json: ratios: " + ratios + " do not ascend from 1");
      }
    }
    if (ratios.isEmpty() || ratios.size() > MOST_RATIOS) {
      throw new ModelException("adapter.json: ratios: 1 to " + MOST_RATIOS + " are wanted");
    }
    if (!pooling.wide() && pooling.pooledWidth() > WIDTH_FACTOR * decoder.hiddenSize()) {
      throw new ModelException(
          "adapter.json: pooling.pooled_width: %d exceeds twice the decoder's hidden_size %d; say wide: true to allow it"
              .formatted(pooling.pooledWidth(), decoder.hiddenSize()));
    }
    pooling.check(encoder.statesWidth(), chunking.chunkTokens(), ratios);
  }

  /**
   * The encoder.
   *
   * @param name for people
   * @param digest hex SHA-256 of its files
   * @param hiddenSize width of one layer's states
   * @param layers whose hidden states are concatenated to token states, ascending; 0 is what the
   *     embeddings give, n what the n-th layer gives
   */
  public record EncoderSide(String name, String digest, int hiddenSize, List<Integer> layers) {
    /** Copies the layers. */
    public EncoderSide {
      layers = List.copyOf(layers);
      for (int i = 0; i < layers.size(); i++) {
        if (layers.get(i) < 0 || (i > 0 && layers.get(i) <= layers.get(i - 1))) {
          throw new ModelException("adapter.json: encoder.layers: " + layers + " do not ascend");
        }
      }
      if (layers.isEmpty()) {
        throw new ModelException("adapter.json: encoder.layers: at least one is wanted");
      }
    }

    /** Width of a token's states. */
    public int statesWidth() {
      return Math.multiplyExact(layers.size(), hiddenSize);
    }
  }

  /**
   * The decoder.
   *
   * @param name for people
   * @param digest hex SHA-256 of its files
   * @param hiddenSize width of its embedding space
   */
  public record DecoderSide(String name, String digest, int hiddenSize) {}

  /**
   * How contexts are cut.
   *
   * @param chunkTokens most encoder tokens of a chunk, specials included
   * @param chunkerVersion the chunker's
   */
  public record Chunking(int chunkTokens, int chunkerVersion) {}
}
