package io.e2llm.cli.serve;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.tiers.GatewayConfig;
import io.e2llm.cli.tiers.Listener;
import io.e2llm.cli.tiers.Place;
import io.e2llm.cli.tiers.RunningTiers;
import io.e2llm.common.client.Endpoints;
import io.e2llm.common.config.ConfigLoader;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2llm gateway}: one gateway. */
@Command(
    name = "gateway",
    description =
        "Run a gateway, which clients call: it cuts contexts into chunks and joins the other tiers.",
    sortOptions = false,
    customSynopsis = "e2llm gateway [OPTIONS]",
    footer = {
      "",
      "It listens on 127.0.0.1:7070, and for HTTP on 8080; metrics are on",
      "http://127.0.0.1:9070/metrics.",
      "It expects an encoder on 127.0.0.1:7071 and a decoder on 7072.",
      "SIGTERM or Ctrl-C lets running calls end first, within listen.drain-timeout (30s).",
      "",
      "Examples:",
      "  e2llm gateway",
      "  e2llm gateway --encoders encoders.internal:7071 --decoders 10.0.0.5:7072,10.0.0.6:7072"
    })
public final class GatewayCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--encoders",
      paramLabel = "HOST:PORT,...",
      description = "Where encoders are; a name means all addresses it resolves to.")
  private @Nullable String encoders;

  @Option(
      names = "--decoders",
      paramLabel = "HOST:PORT,...",
      description = "Where decoders are; a name means all addresses it resolves to.")
  private @Nullable String decoders;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "Where to speak HTTP; \"off\" for nowhere.")
  private @Nullable String http;

  @Mixin private final ServeOptions serve = new ServeOptions();

  @SuppressWarnings("UnusedVariable") // read by picocli
  @Mixin
  private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public GatewayCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    GatewayConfig config = ConfigLoader.load(GatewayConfig.class, serve.input(context, settings()));
    Listener.check(
        Stream.concat(
                Stream.of(new Listener("gateway", config.listen())), Listener.http(config.http()))
            .toList(),
        config.metrics());
    try (RunningTiers tiers = new RunningTiers()) {
      tiers.stopOnSignal();
      Endpoints encoderEndpoints = config.encoders().connect();
      tiers.keep("encoders", encoderEndpoints);
      Endpoints decoderEndpoints = config.decoders().connect();
      tiers.keep("decoders", decoderEndpoints);
      RunningTiers.GatewayServers servers =
          tiers.gateway(
              encoderEndpoints,
              decoderEndpoints,
              config.limits(),
              tiers.documents(config.documents(), context.root()),
              Place.listening(config.listen()),
              Optional.of(config.http()));
      Serving.tell(context.screen(), "gateway", "", config.listen(), servers.grpc());
      Serving.tellHttp(context.screen(), config.http(), servers.http());
      Serving.untilStopped(context.screen(), tiers, config.metrics());
    }
    return 0;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    if (encoders != null) {
      settings.put("encoders.endpoints", encoders);
    }
    if (decoders != null) {
      settings.put("decoders.endpoints", decoders);
    }
    if (serve.insecure()) {
      settings.put("http.listen.insecure", "true");
    }
    if (http != null && http.equals("off")) {
      settings.put("http.enabled", "false");
    } else if (http != null) {
      ServeOptions.address("--http", http, "http.listen", settings);
    }
    return settings;
  }
}
