package io.e2llm.cli.ask;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.cli.tiers.LocalPlan;
import io.e2llm.cli.tiers.LocalTiers;
import io.e2llm.cli.tiers.PairOptions;
import io.e2llm.cli.tiers.RemoteGateway;
import io.e2llm.cli.tiers.RunningTiers;
import io.e2llm.cli.tiers.TierModels;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** Options that say which tiers answer. */
public final class TierOptions {
  @Mixin private final PairOptions models = new PairOptions();
  @Mixin private final GatewayOptions gateway = new GatewayOptions();

  /** Whether any of them is given. */
  public boolean given() {
    return gateway.given() || models.given();
  }

  /** The gateway's address; empty for tiers of this process. */
  public Optional<String> remote() {
    return gateway.address();
  }

  /** Name or path of the decoder of this process; empty for the default. */
  public Optional<String> decoder() {
    return models.models().decoder();
  }

  /** Reaches the gateway, which for tiers of this process means loading the models. */
  public GatewayAccess open(CommandContext context, Optional<Path> catalogue)
      throws InterruptedException {
    if (gateway.given() && models.given()) {
      throw CommandFailure.wrongUse(
          "--gateway goes with none of --encoder, --decoder and --bundle");
    }
    Optional<RemoteGateway> remote = gateway.connect(context);
    return remote.isPresent() ? remote.get() : start(context, catalogue);
  }

  private LocalTiers start(CommandContext context, Optional<Path> catalogue)
      throws InterruptedException {
    TierModels loader = TierModels.onThisMachine(context, catalogue);
    LocalPlan plan = new LocalPlan(models.models(), LocalPlan.Limits.defaults(), Optional.empty());
    context.screen().draw("loading models");
    LocalTiers tiers = LocalTiers.start(loader, plan, new RunningTiers());
    context.screen().erase();
    return tiers;
  }
}
