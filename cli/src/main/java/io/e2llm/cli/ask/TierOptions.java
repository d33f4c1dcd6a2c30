package io.e2llm.cli.ask;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.cli.tiers.LocalPlan;
import io.e2llm.cli.tiers.LocalTiers;
import io.e2llm.cli.tiers.RemoteGateway;
import io.e2llm.cli.tiers.RunningTiers;
import io.e2llm.cli.tiers.TierModels;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which tiers answer. */
final class TierOptions {
  @Option(
      names = "--gateway",
      paramLabel = "HOST:PORT",
      description = "Ask a gateway that runs already, instead of running all tiers here.")
  private @Nullable String gateway;

  @Option(
      names = "--encoder",
      paramLabel = "NAME|PATH",
      description = "Encoder: a name of the catalogue or a Hugging Face folder.")
  private @Nullable String encoder;

  @Option(
      names = "--decoder",
      paramLabel = "NAME|PATH",
      description = "Decoder: a name of the catalogue, a Hugging Face folder or a GGUF file.")
  private @Nullable String decoder;

  @Option(
      names = "--bundle",
      paramLabel = "PATH",
      description = "Adapter bundle: a folder with adapter.json and adapter.safetensors.")
  private @Nullable Path bundle;

  /** Reaches the gateway, which for tiers of this process means loading the models. */
  GatewayAccess open(CommandContext context, Optional<Path> catalogue) throws InterruptedException {
    if (gateway != null) {
      if (encoder != null || decoder != null || bundle != null) {
        throw CommandFailure.wrongUse(
            "--gateway goes with none of --encoder, --decoder and --bundle");
      }
      return RemoteGateway.at(gateway);
    }
    TierModels models = TierModels.onThisMachine(context.choice(catalogue));
    LocalPlan plan =
        new LocalPlan(
            new LocalPlan.Models(
                Optional.ofNullable(encoder),
                Optional.ofNullable(decoder),
                Optional.ofNullable(bundle)),
            LocalPlan.Limits.defaults(),
            Optional.empty());
    context.screen().draw("loading models");
    LocalTiers tiers = LocalTiers.start(models, plan, new RunningTiers());
    context.screen().erase();
    return tiers;
  }
}
