package io.e2llm.engine.encoder;

import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.bundle.BundleTensors;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.files.SentenceEncoderSettings;
import io.e2llm.engine.lora.LoraSpec;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.torch.TorchTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Soft prompts that autograd can differentiate: the pooling learns, and LoRA beside the encoder if
 * there is any; the encoder's own weights are frozen. In fp32 on the CPU. Confined to one thread at
 * a time, but for {@link #prepare}.
 */
public final class GraphSoftPrompts implements AutoCloseable {
  private final Runnable closeNetwork;
  private final Function<PaddedBatch, TorchTensor> states;
  private final SoftPromptPooling pooling;
  private final ChunkPreparation preparation;

  private GraphSoftPrompts(
      Runnable closeNetwork,
      Function<PaddedBatch, TorchTensor> states,
      SoftPromptPooling pooling,
      ChunkPreparation preparation) {
    this.closeNetwork = closeNetwork;
    this.states = states;
    this.pooling = pooling;
    this.preparation = preparation;
  }

  /**
   * Loads an encoder and a pooling. The files stay the caller's and must stay open.
   *
   * @param learned the caller's, by the names of {@link BundleTensors#ofPooling}, in that order,
   *     and of {@link GraphEncoder#loraShapes}
   * @throws io.e2llm.engine.ModelException when the model cannot be used
   */
  public static GraphSoftPrompts load(
      ModelFiles files, BundleSpec spec, Map<String, TorchTensor> learned, CoreBudget cores) {
    SentenceEncoderSettings settings = Encoders.settings(files);
    Map<String, TorchTensor> ofPooling = new LinkedHashMap<>(learned);
    ofPooling.keySet().removeIf(name -> !name.startsWith("pooling."));
    SoftPromptPooling pooling = SoftPromptPooling.differentiable(spec, ofPooling);
    try {
      int chunkTokens = spec.chunking().chunkTokens();
      ChunkPreparation preparation = new ChunkPreparation(files.tokenizer(), settings, chunkTokens);
      Optional<LoraSpec> lora = spec.lora().encoder();
      if (lora.isPresent()) {
        GraphEncoder encoder =
            GraphEncoder.load(files, spec.encoder().layers(), lora.get(), learned);
        return new GraphSoftPrompts(
            encoder::close,
            batch -> encoder.states(batch.ids(), batch.lengths()),
            pooling,
            preparation);
      }
      TorchModule encoder = frozen(files, spec, TorchOptions.cpu(cores));
      return new GraphSoftPrompts(
          encoder::close, batch -> states(batch, encoder), pooling, preparation);
    } catch (RuntimeException | Error e) {
      pooling.close();
      throw e;
    }
  }

  private static TorchModule frozen(ModelFiles files, BundleSpec spec, TorchOptions options) {
    return EncoderNetwork.load(
        EncoderConfig.of(files),
        files.weights(),
        spec.encoder().layers(),
        false,
        options,
        EncoderNetwork.linear(options));
  }

  private static TorchTensor states(PaddedBatch batch, TorchModule encoder) {
    List<TorchTensor> encoded = batch.encode(encoder, true);
    encoded.getFirst().close();
    return encoded.get(1);
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
    try (PaddedBatch batch = new PaddedBatch(chunks);
        TorchTensor encoded = states.apply(batch)) {
      return then.of(encoded, batch.length());
    }
  }

  @Override
  public void close() {
    closeNetwork.run();
    pooling.close();
  }
}
