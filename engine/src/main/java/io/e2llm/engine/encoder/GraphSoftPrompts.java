package io.e2llm.engine.encoder;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.bundle.BundleTensors;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.files.SentenceEncoderSettings;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.torch.TorchResult;
import io.e2llm.engine.torch.TorchTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Soft prompts that autograd can differentiate up to the token states: the encoder is frozen, the
 * pooling learns. In fp32 on the CPU. Confined to one thread at a time, but for {@link #prepare}.
 */
public final class GraphSoftPrompts implements AutoCloseable {
  private final TorchModule network;
  private final SoftPromptPooling pooling;
  private final ChunkPreparation preparation;
  private final int chunkTokens;

  private GraphSoftPrompts(
      TorchModule network,
      SoftPromptPooling pooling,
      ChunkPreparation preparation,
      int chunkTokens) {
    this.network = network;
    this.pooling = pooling;
    this.preparation = preparation;
    this.chunkTokens = chunkTokens;
  }

  /**
   * Loads an encoder and a pooling. The files stay the caller's and must stay open.
   *
   * @param learned the caller's, by the names of {@link BundleTensors#ofPooling} and in that order
   * @throws ModelException when the model cannot be used
   */
  public static GraphSoftPrompts load(
      ModelFiles files, BundleSpec spec, Map<String, TorchTensor> learned, CoreBudget cores) {
    EncoderConfig config = EncoderConfig.of(files);
    SentenceEncoderSettings settings =
        files
            .sentenceEncoder()
            .orElseThrow(() -> new ModelException(files.name() + ": not a text encoder"));
    TorchOptions options = TorchOptions.cpu(cores);
    TorchModule network =
        EncoderNetwork.load(
            config,
            files.weights(),
            spec.encoder().layers(),
            false,
            options,
            EncoderNetwork.linear(options));
    try {
      int chunkTokens = spec.chunking().chunkTokens();
      return new GraphSoftPrompts(
          network,
          SoftPromptPooling.differentiable(spec, learned),
          new ChunkPreparation(files.tokenizer(), settings, chunkTokens),
          chunkTokens);
    } catch (RuntimeException | Error e) {
      network.close();
      throw e;
    }
  }

  /** Most tokens of a chunk's own text, beside its specials and prefix. */
  public int textTokens() {
    return chunkTokens - preparation.specialTokens();
  }

  /** Tokenizes a chunk. Thread-safe. */
  public PreparedChunk prepare(String text) {
    return preparation.prepare(text, ChunkRole.PASSAGE);
  }

  /** Soft tokens of a chunk. Thread-safe. */
  public int softTokens(PreparedChunk chunk, int ratio) {
    return pooling.softTokens(chunk, ratio);
  }

  /**
   * The soft prompts of some chunks, one below the other.
   *
   * @return {@code [soft_tokens, pooled_width]}, the caller's to close
   */
  public TorchTensor of(List<PreparedChunk> chunks, int ratio) {
    return encode(chunks, (states, length) -> pooling.pool(states, chunks, length, ratio));
  }

  /**
   * The texts' own tokens as they are before pooling, one below the other.
   *
   * @return {@code [tokens, width]}, the caller's to close
   */
  public TorchTensor tokens(List<PreparedChunk> chunks) {
    return encode(chunks, (states, length) -> pooling.tokens(states, chunks, length));
  }

  private interface OfStates {
    TorchTensor of(TorchTensor states, int length);
  }

  private TorchTensor encode(List<PreparedChunk> chunks, OfStates then) {
    int[] sizes = chunks.stream().mapToInt(chunk -> chunk.ids().length).toArray();
    int length = Arrays.stream(sizes).max().orElseThrow();
    int[] padded = new int[chunks.size() * length];
    for (int i = 0; i < chunks.size(); i++) {
      System.arraycopy(chunks.get(i).ids(), 0, padded, i * length, sizes[i]);
    }
    try (TorchTensor ids = TorchTensor.of(padded, chunks.size(), length);
        TorchTensor lengths = TorchTensor.vector(sizes);
        TorchResult result =
            network.run(
                "encode",
                ScriptArgument.of(ids),
                ScriptArgument.of(lengths),
                ScriptArgument.of(Arrays.stream(sizes).anyMatch(size -> size < length)),
                ScriptArgument.of(true))) {
      List<TorchTensor> encoded = result.tensors();
      try {
        return then.of(encoded.get(1), length);
      } finally {
        encoded.forEach(TorchTensor::close);
      }
    }
  }

  @Override
  public void close() {
    network.close();
    pooling.close();
  }
}
