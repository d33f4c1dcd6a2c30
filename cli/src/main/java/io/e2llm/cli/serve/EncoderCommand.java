package io.e2llm.cli.serve;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.tiers.EncoderConfig;
import io.e2llm.cli.tiers.Listener;
import io.e2llm.cli.tiers.Place;
import io.e2llm.cli.tiers.RunningTiers;
import io.e2llm.cli.tiers.TierModels;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.server.TierServer;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.engine.encoder.TextEncoder;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2llm encoder}: one encoder. */
@Command(
    name = "encoder",
    description = "Run an encoder, which turns chunks of text into soft prompts and embeddings.",
    sortOptions = false,
    customSynopsis = "e2llm encoder [OPTIONS]",
    footer = {
      "",
      "It listens on 127.0.0.1:7071; metrics are on http://127.0.0.1:9071/metrics.",
      "The default model is fetched if it is not here.",
      "SIGTERM or Ctrl-C lets running calls end first, within listen.drain-timeout (30s).",
      "",
      "Examples:",
      "  e2llm encoder",
      "  e2llm encoder --listen 0.0.0.0:7071 --insecure --bundle my-bundle"
    })
public final class EncoderCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private final ServeOptions serve = new ServeOptions();
  @Mixin private final ModelOptions model = new ModelOptions();
  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public EncoderCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    EncoderConfig config =
        ConfigLoader.load(EncoderConfig.class, serve.input(context, model.settings()));
    Listener.check(List.of(new Listener("encoder", config.listen())), config.metrics());
    try (RunningTiers tiers = new RunningTiers()) {
      tiers.stopOnSignal();
      TierModels models = TierModels.onThisMachine(context, common.catalogue());
      TextEncoder encoder =
          models.encoder(
              models.path(ModelKind.ENCODER, config.model()),
              models.bundle(config.bundle()),
              config.precision());
      String name = encoder.description().model();
      TierServer server = tiers.encoder(encoder, config.limits(), Place.listening(config.listen()));
      Serving.tell(context.screen(), "encoder", name, config.listen(), server);
      Serving.untilStopped(context.screen(), tiers, config.metrics());
    }
    return 0;
  }
}
