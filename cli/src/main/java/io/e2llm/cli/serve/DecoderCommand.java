package io.e2llm.cli.serve;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.tiers.DecoderConfig;
import io.e2llm.cli.tiers.Listener;
import io.e2llm.cli.tiers.Place;
import io.e2llm.cli.tiers.RunningTiers;
import io.e2llm.cli.tiers.TierModels;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.server.TierServer;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.engine.decoder.DecoderModel;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2llm decoder}: one decoder. */
@Command(
    name = "decoder",
    description = "Run a decoder: the language model that writes the answers.",
    sortOptions = false,
    customSynopsis = "e2llm decoder [OPTIONS]",
    footer = {
      "",
      "It listens on 127.0.0.1:7072; metrics are on http://127.0.0.1:9072/metrics.",
      "The default model is fetched if it is not here.",
      "SIGTERM or Ctrl-C lets running calls end first, within listen.drain-timeout (30s).",
      "",
      "Examples:",
      "  e2llm decoder",
      "  e2llm decoder --listen 0.0.0.0:7072 --insecure --model my-model.gguf"
    })
public final class DecoderCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private final ServeOptions serve = new ServeOptions();
  @Mixin private final ModelOptions model = new ModelOptions();
  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public DecoderCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    DecoderConfig config =
        ConfigLoader.load(DecoderConfig.class, serve.input(context, model.settings()));
    Listener.check(List.of(new Listener("decoder", config.listen())), config.metrics());
    try (RunningTiers tiers = new RunningTiers()) {
      tiers.stopOnSignal();
      TierModels models = TierModels.onThisMachine(context, common.catalogue());
      DecoderModel decoder =
          models.decoder(
              models.path(ModelKind.DECODER, config.model()),
              models.bundle(config.bundle()),
              config.precision(),
              config.kvPrecision());
      String name = decoder.description().model();
      TierServer server = tiers.decoder(decoder, config.limits(), Place.listening(config.listen()));
      Serving.tell(context.screen(), "decoder", name, config.listen(), server);
      Serving.untilStopped(context.screen(), tiers, config.metrics());
    }
    return 0;
  }
}
