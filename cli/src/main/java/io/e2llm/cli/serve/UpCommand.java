package io.e2llm.cli.serve;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.terminal.Screen;
import io.e2llm.cli.tiers.Listener;
import io.e2llm.cli.tiers.LocalTiers;
import io.e2llm.cli.tiers.PairOptions;
import io.e2llm.cli.tiers.RunningTiers;
import io.e2llm.cli.tiers.TierModels;
import io.e2llm.cli.tiers.UpConfig;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.gateway.documents.Documents;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2llm up}: all tiers in one process. */
@Command(
    name = "up",
    description = "Run all tiers in one process, until Ctrl-C.",
    sortOptions = false,
    customSynopsis = "e2llm up [OPTIONS]",
    footer = {
      "",
      "The gateway listens on 127.0.0.1:7070 and for HTTP on 8080, the encoder on 7071, the",
      "decoder on 7072; metrics are on http://127.0.0.1:9070/metrics. Stopped, it lets running answers end first.",
      "",
      "Examples:",
      "  e2llm up",
      "  e2llm up --bundle my-bundle --set gateway-listen.port=8070"
    })
public final class UpCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private final PairOptions models = new PairOptions();
  @Mixin private final SettingOptions settings = new SettingOptions();
  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public UpCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    UpConfig up = ConfigLoader.load(UpConfig.class, settings.input(context, models.settings()));
    Screen screen = context.screen();
    Listener.check(up.listeners(), up.metrics());
    try (RunningTiers running = new RunningTiers()) {
      running.stopOnSignal();
      TierModels loader = TierModels.onThisMachine(context, common.catalogue());
      Documents documents = running.documents(up.documents(), context.root());
      LocalTiers tiers = LocalTiers.start(loader, up.plan(), running, documents);
      String line = "%s listens on %s:%d";
      screen.line(line.formatted("gateway", up.gatewayListen().host(), tiers.gatewayPort()));
      screen.line(line.formatted("encoder", up.encoderListen().host(), tiers.encoderPort()));
      screen.line(line.formatted("decoder", up.decoderListen().host(), tiers.decoderPort()));
      Serving.tellHttp(screen, up.http(), tiers.http());
      Serving.untilStopped(screen, running, up.metrics());
    }
    return 0;
  }
}
