package io.e2llm.engine.decoder;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.Sha256;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.BundleLora.Side;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.NativeWork;
import io.e2llm.engine.torch.Operators;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.weights.Weights;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.FutureTask;

/** Loads decoders. */
public final class Decoders {
  private Decoders() {}

  /**
   * Loads a decoder into libtorch. The model owns {@code files} from then on; where loading fails
   * they stay the caller's.
   *
   * @param bundle whose adapter maps soft prompts into the embedding space
   * @throws ModelException when the model is not understood or incomplete, when the bundle is made
   *     for another, or when there is no such device
   */
  public static DecoderModel load(
      ModelFiles files, Optional<AdapterBundle> bundle, TorchOptions options) {
    options.check();
    return NativeWork.onThreadOfItsOwn(
        "e2llm-load", () -> load(files, bundle, options, Operators.of(options)));
  }

  static TorchDecoder load(
      ModelFiles files, Optional<AdapterBundle> bundle, TorchOptions options, Operators operators) {
    DecoderConfig config = DecoderConfigReader.read(files.family(), files.config());
    bundle.ifPresent(b -> b.checkDecoder(files));
    DecoderDescription description = describe(files, config, bundle, options);
    Weights stored = files.weights();
    Weights weights = bundle.map(b -> b.adapted(Side.DECODER, stored)).orElse(stored);
    String lora =
        bundle
            .filter(b -> b.spec().lora().decoder().isPresent())
            .map(b -> " " + b.digest())
            .orElse("");
    Thread.ofPlatform()
        .daemon()
        .name("e2llm-load-tokenizer")
        .start(new FutureTask<>(files::tokenizer)); // a failure is told below
    TorchModule network =
        DecoderNetwork.load(
            config,
            weights,
            options,
            operators,
            identity(files.digest(), options.arithmetic() + lora));
    try {
      files.tokenizer();
      AdapterNetwork adapter =
          bundle.isPresent() ? new AdapterNetwork(bundle.get(), options) : null;
      return new TorchDecoder(description, files, network, adapter, options.cores(), config);
    } catch (RuntimeException | Error e) {
      network.close();
      throw e;
    }
  }

  private static DecoderDescription describe(
      ModelFiles files,
      DecoderConfig config,
      Optional<AdapterBundle> bundle,
      TorchOptions options) {
    return new DecoderDescription(
        files.name(),
        identity(files.digest(), options.arithmetic() + " " + options.kv().label()),
        bundle.map(AdapterBundle::digest).orElse(""),
        bundle.map(b -> b.spec().pooling().pooledWidth()).orElse(0),
        config.hiddenSize(),
        config.window(),
        config.vocabulary(),
        files.endTokens(),
        config.kvBytesPerToken(options.kv()),
        options.precision().label());
  }

  private static String identity(String filesDigest, String arithmetic) {
    byte[] text = (filesDigest + " " + arithmetic).getBytes(StandardCharsets.UTF_8);
    return new Sha256().bytes(text).toHex();
  }
}
