package io.e2llm.engine.encoder;

import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.bundle.AdapterSpec;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.bundle.PoolingSpec;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.TorchOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Encoders whose soft prompts at ratio 1 are the text tokens' states of one layer. */
final class StatesAsSoftPrompts {
  private StatesAsSoftPrompts() {}

  /** The encoder at {@code model}, with a bundle written to {@code folder}. */
  static TextEncoder encoder(Path folder, Path model, int layer, TorchOptions options) {
    ModelFiles files = ModelFiles.open(model);
    int width = files.config().path("hidden_size").asInt();
    PoolingSpec.Window window =
        new PoolingSpec.Window(PoolingSpec.Unit.TOKENS, PoolingSpec.Combine.MEAN);
    BundleSpec spec =
        new BundleSpec(
            false,
            AdapterBundles.encoderSide(files, List.of(layer)),
            new BundleSpec.DecoderSide("none", "0".repeat(64), width),
            new BundleSpec.Chunking(128, Chunker.VERSION),
            PoolingSpec.plain(window, width),
            List.of(1),
            new AdapterSpec(1, false));
    AdapterBundles.writeUntrained(folder, spec, 1);
    return Encoders.load(files, Optional.of(AdapterBundle.open(folder)), options);
  }
}
