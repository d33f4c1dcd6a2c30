package io.e2llm.cli.tiers;

import io.e2llm.engine.EngineEnvironment;
import io.e2llm.engine.bundle.AdapterBundle;
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
 */
public record TierModels(ModelChoice choice, CoreBudget cores, Path prepared) {
  /** On all cores of this machine. */
  public static TierModels onThisMachine(ModelChoice choice, Path prepared) {
    EngineEnvironment.prepare();
    return new TierModels(choice, CoreBudget.ofMachine(), prepared);
  }

  /** Opens a bundle where one is named. */
  public static Optional<AdapterBundle> bundle(Optional<Path> folder) {
    return folder.map(AdapterBundle::open);
  }

  /** The files of a model by name or path, fetched if they are not here. */
  public Path path(ModelKind kind, Optional<String> named) throws InterruptedException {
    return choice.path(kind, named);
  }

  /** The encoder at this path. */
  public TextEncoder encoder(Path path, Optional<AdapterBundle> bundle, PrecisionChoice precision) {
    TorchOptions options = options(precision, PrecisionChoice.AUTO);
    return load(path, files -> Encoders.load(files, bundle, options));
  }

  /** The decoder at this path. */
  public DecoderModel decoder(
      Path path, Optional<AdapterBundle> bundle, PrecisionChoice precision, PrecisionChoice kv) {
    TorchOptions options = options(precision, kv);
    return load(path, files -> Decoders.load(files, bundle, options));
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
