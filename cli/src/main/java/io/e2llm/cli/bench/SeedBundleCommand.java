package io.e2llm.cli.bench;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommonOptions;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.catalogue.ModelChoice;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.engine.files.ModelFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2llm bench seed-bundle}: an untrained adapter bundle, to measure with. */
@Command(
    name = "seed-bundle",
    description = {
      "Write an UNTRAINED adapter bundle of seeded random numbers, to measure speed with.",
      "What a decoder answers with it is noise."
    },
    sortOptions = false,
    customSynopsis = "e2llm bench seed-bundle [OPTIONS] FOLDER")
public final class SeedBundleCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "FOLDER", description = "Where to write it.")
  private Path folder = Path.of("");

  @Option(
      names = "--encoder",
      paramLabel = "NAME|PATH",
      description = "Encoder; else the default one.")
  private @Nullable String encoder;

  @Option(
      names = "--decoder",
      paramLabel = "NAME|PATH",
      description = "Decoder; else the default one.")
  private @Nullable String decoder;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "7",
      description = "Decides the numbers. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public SeedBundleCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    ModelChoice choice = context.choice(common.catalogue());
    Path encoderPath = choice.path(ModelKind.ENCODER, Optional.ofNullable(encoder));
    Path decoderPath = choice.path(ModelKind.DECODER, Optional.ofNullable(decoder));
    try (ModelFiles encoderFiles = ModelFiles.open(encoderPath);
        ModelFiles decoderFiles = ModelFiles.open(decoderPath)) {
      AdapterBundles.writeUntrained(
          folder, AdapterBundles.untrained(encoderFiles, decoderFiles), seed);
    }
    context.screen().line(folder + ": an untrained bundle, for measurements only");
    return 0;
  }
}
