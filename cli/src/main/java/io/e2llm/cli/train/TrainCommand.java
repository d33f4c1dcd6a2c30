package io.e2llm.cli.train;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.serve.SettingOptions;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.engine.catalogue.ModelChoice;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.TorchRuntime;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.run.Trainer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code e2llm train}: trains an adapter bundle. */
@Command(
    name = "train",
    description = "Train an adapter bundle: pooling, adapter and LoRA of the decoder.",
    sortOptions = false,
    customSynopsis = "e2llm train [OPTIONS] FOLDER",
    footer = {
      "",
      "FOLDER gets the bundles best and last, the state from which a run that was stopped goes",
      "on when the same command is given again, log.jsonl, and loss.svg, a picture of it. Ctrl-C",
      "ends the run behind the step at hand.",
      "",
      "Example:",
      "  e2llm train --config train.yaml my-run"
    })
public final class TrainCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "FOLDER", description = "Where the run stands.")
  private Path folder = Path.of("");

  @Mixin private final SettingOptions settings = new SettingOptions();
  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public TrainCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    TrainConfig config = ConfigLoader.load(TrainConfig.class, settings.input(context, Map.of()));
    ModelChoice choice = context.choice(common.catalogue());
    Path encoderPath = choice.path(ModelKind.ENCODER, config.encoder());
    Path decoderPath = choice.path(ModelKind.DECODER, config.decoder());
    CoreBudget cores = CoreBudget.ofMachine();
    TorchRuntime.setThreads(cores.cores());
    try (StopSignal signal = new StopSignal();
        ModelFiles encoder = ModelFiles.open(encoderPath);
        ModelFiles decoder = ModelFiles.open(decoderPath);
        TrainLog log = new TrainLog(context.screen(), folder)) {
      TrainJob job = new TrainJob(config, new Trainer.Models(encoder, decoder, cores), folder);
      job.run(log, signal::stopped);
    } catch (TrainingException e) {
      throw CommandFailure.failed(String.valueOf(e.getMessage()));
    }
    return 0;
  }
}
