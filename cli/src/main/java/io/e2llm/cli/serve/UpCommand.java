package io.e2llm.cli.serve;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.terminal.Screen;
import io.e2llm.cli.tiers.Listener;
import io.e2llm.cli.tiers.LocalTiers;
import io.e2llm.cli.tiers.RunningTiers;
import io.e2llm.cli.tiers.TierModels;
import io.e2llm.cli.tiers.UpConfig;
import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2llm up}: all tiers in one process. */
@Command(
    name = "up",
    description = "Run all tiers in one process, until Ctrl-C.",
    sortOptions = false,
    footer = {
      "",
      "The gateway listens on 127.0.0.1:7070, the encoder on 7071, the decoder on 7072;",
      "metrics are on http://127.0.0.1:9070/metrics.",
      "",
      "Examples:",
      "  e2llm up",
      "  e2llm up --bundle my-bundle --set gateway-listen.port=8070"
    })
public final class UpCommand implements Callable<Integer> {
  private final CommandContext context;

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
  private @Nullable String bundle;

  @Option(names = "--config", paramLabel = "FILE", description = "Settings as YAML.")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any setting, for example gateway-limits.max-tokens=256.")
  private Map<String, String> settings = new HashMap<>();

  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public UpCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    UpConfig up = ConfigLoader.load(UpConfig.class, input());
    Screen screen = context.screen();
    Listener.check(up.listeners(), up.metrics());
    try (RunningTiers running = new RunningTiers()) {
      running.stopOnSignal();
      TierModels models = TierModels.onThisMachine(context.choice(common.catalogue()));
      LocalTiers tiers = LocalTiers.start(models, up.plan(), running);
      String line = "%s listens on %s:%d";
      screen.line(line.formatted("gateway", up.gatewayListen().host(), tiers.gatewayPort()));
      screen.line(line.formatted("encoder", up.encoderListen().host(), tiers.encoderPort()));
      screen.line(line.formatted("decoder", up.decoderListen().host(), tiers.decoderPort()));
      Serving.untilStopped(screen, running, up.metrics());
    }
    return 0;
  }

  private ConfigInput input() {
    Map<String, String> overrides = new HashMap<>(settings);
    put(overrides, "encoder", encoder);
    put(overrides, "decoder", decoder);
    put(overrides, "bundle", bundle);
    return new ConfigInput(Optional.ofNullable(config), context.environment(), overrides);
  }

  private static void put(Map<String, String> settings, String key, @Nullable String value) {
    if (value != null) {
      settings.put(key, value);
    }
  }
}
