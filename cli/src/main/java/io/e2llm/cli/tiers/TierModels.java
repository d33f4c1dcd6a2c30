package io.e2llm.cli.tiers;

import io.e2llm.cli.CommandContext;
import io.e2llm.engine.EngineEnvironment;
import io.e2llm.engine.catalogue.ModelChoice;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.decoder.Decoders;
import io.e2llm.engine.encoder.Encoders;
import io.e2llm.engine.encoder.TextEncoder;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.PrecisionChoice;
import io.e2llm.engine.torch.TorchDevice;
import io.e2llm.engine.torch.TorchOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Loads the models of a process, which share its cores. Thread-safe.
 *
 * @param choice turns names into paths
 * @param cores shared by all models
 * @param prepared folder for weights as they are packed
 * @param standardBundle folder of the bundle that comes with the program
 */
public record TierModels(
    ModelChoice choice, CoreBudget cores, Path prepared, Optional<Path> standardBundle) {
  /** On all cores of this machine. */
  public static TierModels onThisMachine(CommandContext context, Optional<Path> catalogue) {
    EngineEnvironment.prepare();
    return new TierModels(
        context.choice(catalogue),
        CoreBudget.ofMachine(),
        context.preparedWeights(),
        context.standardBundle());
  }

  /**
   * The bundle of a process.
   *
   * @param named its folder, or {@code none}; empty for the one that comes with the program
   */
  public BundleChoice bundle(Optional<Path> named) {
    return BundleChoice.of(named, standardBundle);
  }

  /** The files of a model by name or path, fetched if they are not here. */
  public Path path(ModelKind kind, Optional<String> named) throws InterruptedException {
    return choice.path(kind, named);
  }

  /** The encoder at this path. */
  public TextEncoder encoder(Path path, BundleChoice bundle, PrecisionChoice precision) {
    TorchOptions options = options(precision, PrecisionChoice.AUTO);
    return load(path, files -> Encoders.load(files, bundle.forEncoder(files), options));
  }

  /** The decoder at this path. */
  public DecoderModel decoder(
      Path path, BundleChoice bundle, PrecisionChoice precision, PrecisionChoice kv) {
    TorchOptions options = options(precision, kv);
    return load(path, files -> Decoders.load(files, bundle.forDecoder(files), options));
  }

  private TorchOptions options(PrecisionChoice choice, PrecisionChoice kv) {
    Precision precision = choice.on(TorchDevice.CPU);
    return new TorchOptions(
        TorchDevice.CPU, precision, kv.keptBy(precision), cores, Optional.of(prepared));
  }

  /** A loaded model owns its files; those of one that failed are closed here. */
  private static <M> M load(Path path, Function<ModelFiles, M> loader) {
    ModelFiles files = ModelFiles.open(path);
    boolean loaded = false;
    try {
      M model = loader.apply(files);
      loaded = true;
      return model;
    } finally {
      if (!loaded) {
        files.close();
      }
    }
  }
}
