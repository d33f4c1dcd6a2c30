package io.e2llm.engine.decoder;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Loads decoders. */
public final class Decoders {
  private Decoders() {}

  /**
   * Loads a decoder into libtorch. The model owns {@code files} from then on; where loading fails
   * they stay the caller's.
   *
   * @throws ModelException when the model is not understood, is incomplete, or does not fit the
   *     adapter or the device
   */
  public static DecoderModel load(
      ModelFiles files, Optional<Adapter> adapter, TorchOptions options) {
    DecoderConfig config = DecoderConfigReader.read(files.family(), files.config());
    adapter
        .filter(a -> a.hiddenSize() != config.hiddenSize())
        .ifPresent(
            a -> {
              throw new ModelException(
                  "bundle: adapter to width %d, decoder of width %d"
                      .formatted(a.hiddenSize(), config.hiddenSize()));
            });
    options.check();
    DecoderDescription description = describe(files, config, adapter, options);
    TorchModule network = DecoderNetwork.load(config, files.weights(), options);
    try {
      AdapterNetwork adapterNetwork =
          adapter.isPresent() ? new AdapterNetwork(adapter.get(), options) : null;
      return new TorchDecoder(description, files, network, adapterNetwork, options.cores());
    } catch (RuntimeException | Error e) {
      network.close();
      throw e;
    }
  }

  private static DecoderDescription describe(
      ModelFiles files, DecoderConfig config, Optional<Adapter> adapter, TorchOptions options) {
    return new DecoderDescription(
        files.name(),
        identity(files.digest(), options.precision().label()),
        adapter.map(Adapter::bundleDigest).orElse(""),
        adapter.map(Adapter::pooledWidth).orElse(0),
        config.hiddenSize(),
        config.window(),
        config.vocabulary(),
        files.endTokens(),
        config.kvBytesPerToken(options.precision().bytes()),
        options.precision().label());
  }

  private static String identity(String filesDigest, String precision) {
    try {
      byte[] text = (filesDigest + " " + precision).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
