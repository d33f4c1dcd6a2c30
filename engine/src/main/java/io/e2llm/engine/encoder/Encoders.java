package io.e2llm.engine.encoder;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.BundleLora.Side;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.files.SentenceEncoderSettings;
import io.e2llm.engine.files.SentenceEncoderSettings.Pooling;
import io.e2llm.engine.torch.NativeWork;
import io.e2llm.engine.torch.TorchDevice;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.weights.Weights;
import java.util.List;
import java.util.Optional;

/** Loads text encoders. */
public final class Encoders {
  /**
   * Without a bundle embeddings only choose text for the prompt: a fact stands out more in a short
   * chunk, and more of those fit. Questions about paragraphs and articles found their answer within
   * 256 decoder tokens of such chunks as often as within 512 tokens of chunks twice as long.
   */
  private static final int CPU_PART_TOKENS = 256;

  private static final int DEFAULT_CHUNK_TOKENS = 64;

  private Encoders() {}

  /**
   * Most tokens of the text of a chunk, beside its specials and prefix.
   *
   * @param chunkTokens most tokens of a chunk as a bundle has it
   * @throws ModelException when the model is no text encoder
   */
  public static int textTokens(ModelFiles files, int chunkTokens) {
    int most = mostTokens(files, chunkTokens);
    return most - new ChunkPreparation(files.tokenizer(), settings(files), most).specialTokens();
  }

  /** Most tokens of a chunk: what is wished, or what the encoder can read. */
  private static int mostTokens(ModelFiles files, int wished) {
    int readable = Math.min(settings(files).maxTokens(), EncoderConfig.of(files).mostTokens());
    return Math.min(wished, readable);
  }

  /**
   * How an encoder embeds.
   *
   * @throws ModelException when the model is no text encoder
   */
  static SentenceEncoderSettings settings(ModelFiles files) {
    return files
        .sentenceEncoder()
        .orElseThrow(() -> new ModelException(files.name() + ": not a text encoder"));
  }

  /**
   * Loads an encoder of the BERT or RoBERTa families.
   *
   * @param files the model; the encoder closes it with itself once it is returned, otherwise it
   *     stays the caller's
   * @param bundle what makes soft prompts of token states; without one there are embeddings only
   * @throws ModelException when the model, or the bundle for this model, cannot be used; the
   *     message names file and field
   */
  public static TextEncoder load(
      ModelFiles files, Optional<AdapterBundle> bundle, TorchOptions options) {
    options.check();
    return NativeWork.onThreadOfItsOwn(
        "e2llm-load", () -> load(files, bundle, options, EncoderNetwork.linear(options)));
  }

  /** The same, with a given source of linear layers. */
  static TextEncoder load(
      ModelFiles files, Optional<AdapterBundle> bundle, TorchOptions options, String linear) {
    EncoderConfig config = EncoderConfig.of(files);
    SentenceEncoderSettings settings = settings(files);
    bundle.ifPresent(b -> check(b, files));
    int chunkTokens =
        mostTokens(
            files, bundle.map(b -> b.spec().chunking().chunkTokens()).orElse(DEFAULT_CHUNK_TOKENS));
    ChunkPreparation preparation = new ChunkPreparation(files.tokenizer(), settings, chunkTokens);
    EncoderDescription description =
        new EncoderDescription(
            files.name(),
            EncoderIdentity.of(files, options, bundle),
            bundle.map(AdapterBundle::digest).orElse(""),
            bundle.map(b -> b.spec().trained()).orElse(false),
            bundle.map(b -> b.spec().ratios()).orElse(List.of()),
            bundle.map(b -> b.spec().pooling().pooledWidth()).orElse(0),
            config.hiddenSize(),
            chunkTokens,
            preparation.specialTokens(),
            options.precision().label(),
            bundle.map(b -> b.spec().pooling().label()).orElse(""));
    checkRoom(files, description);
    List<Integer> layers = bundle.map(b -> b.spec().encoder().layers()).orElse(List.of());
    boolean cpu = options.device() == TorchDevice.CPU;
    boolean cls = settings.pooling() == Pooling.CLS;
    Weights weights =
        bundle.map(b -> b.adapted(Side.ENCODER, files.weights())).orElseGet(files::weights);
    TorchModule network = EncoderNetwork.load(config, weights, layers, cls, options, linear);
    boolean loaded = false;
    try {
      TextEncoder encoder =
          new TorchTextEncoder(
              files,
              description,
              preparation,
              network,
              bundle.map(b -> SoftPromptPooling.load(b, options)),
              options.cores(),
              cpu ? options.cores().cores() : 1,
              cpu ? CPU_PART_TOKENS : Integer.MAX_VALUE,
              (long) config.hiddenSize() * config.intermediateSize());
      loaded = true;
      return encoder;
    } finally {
      if (!loaded) {
        network.close();
      }
    }
  }

  private static void check(AdapterBundle bundle, ModelFiles files) {
    bundle.checkEncoder(files);
    BundleSpec.Chunking chunking = bundle.spec().chunking();
    if (chunking.chunkerVersion() != Chunker.VERSION) {
      throw new ModelException(
          "adapter.json: chunking.chunker_version: %d is wanted, but this is chunker %d"
              .formatted(chunking.chunkerVersion(), Chunker.VERSION));
    }
  }

  private static void checkRoom(ModelFiles files, EncoderDescription description) {
    if (description.specialTokens() >= description.chunkTokens()) {
      throw new ModelException(
          "%s: chunks of %d tokens leave no room beside %d specials and prefix tokens"
              .formatted(files.name(), description.chunkTokens(), description.specialTokens()));
    }
  }
}
