package io.e2llm.cli.bench;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.ask.ContextOptions;
import io.e2llm.cli.ask.TierOptions;
import io.e2llm.cli.texts.SentenceSource;
import io.e2llm.cli.texts.SizedTexts;
import io.e2llm.cli.texts.TokenMeasure;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Sampling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2llm bench}: how fast an endpoint is. */
@Command(
    name = "bench",
    description = "Measure an endpoint: times to the first and between tokens, rates, memory.",
    sortOptions = false,
    customSynopsis = "e2llm bench [OPTIONS]",
    subcommands = {SeedBundleCommand.class, TextsCommand.class},
    footer = {
      "",
      "Measures an OpenAI-compatible endpoint (--openai), a gateway of this system (--gateway)",
      "or, with neither, all tiers in this process. Equal options make equal requests. Requests",
      "that fail are counted by reason; when all do, the exit status is 1.",
      "",
      "Examples:",
      "  e2llm bench",
      "  e2llm bench --gateway 127.0.0.1:7070 --context-tokens 7900 --mode soft --ratio 8",
      "  e2llm bench --openai http://127.0.0.1:8080/v1 --streams 8 --json - --pid peer=1234"
    })
public final class BenchCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private final TierOptions tiers = new TierOptions();
  @Mixin private final ContextOptions reading = new ContextOptions();
  @Mixin private final OpenAiOptions openAi = new OpenAiOptions();
  @Mixin private final WorkloadOptions load = new WorkloadOptions();

  @Option(
      names = "--decoder-model",
      paramLabel = "NAME|PATH",
      description = {
        "Count tokens with this decoder's tokenizer; without it those of an",
        "endpoint elsewhere are estimated."
      })
  private @Nullable String decoderModel;

  @Option(
      names = "--natural-end",
      description = "Let an end token end an answer, instead of asking for all of its tokens.")
  private boolean naturalEnd;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "How long an answer may take. Default: ${DEFAULT-VALUE}.")
  private long timeoutSeconds;

  @Mixin private final ReportOptions report = new ReportOptions();
  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public BenchCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Workload workload = load.workload();
    if (openAi.given() && (tiers.given() || reading.given())) {
      throw CommandFailure.wrongUse(
          "--openai goes with no option of a gateway, of models or of a context's mode");
    }
    if (timeoutSeconds < 1 || timeoutSeconds > 86_400) {
      throw CommandFailure.wrongUse("--timeout is not within 1 to 86400");
    }
    report.check();
    List<WatchedProcess> processes = report.processes();
    SentenceSource source = load.source();
    Optional<ModelFiles> counting = countingModel();
    try (BenchTarget target = target()) {
      TokenMeasure measure =
          counting
              .<TokenMeasure>map(files -> new TokenMeasure.Exact(files.tokenizer()))
              .orElseGet(TokenMeasure.Estimate::new);
      BenchRun run = new BenchRun(target, workload, new SizedTexts(source, measure), processes);
      return report(run.run(context.screen()));
    } finally {
      counting.ifPresent(ModelFiles::close);
    }
  }

  private int report(BenchResult result) {
    report.write(result, context.screen());
    if (result.answered() > 0) {
      return 0;
    }
    String why =
        result.details().entrySet().stream()
            .map(detail -> detail.getKey() + ": " + detail.getValue())
            .findFirst()
            .orElse("nothing was asked");
    throw CommandFailure.failed("no request was answered: " + why);
  }

  /** The decoder of this process counts its own tokens. */
  private Optional<ModelFiles> countingModel() throws InterruptedException {
    if (decoderModel == null && (openAi.given() || tiers.remote().isPresent())) {
      return Optional.empty();
    }
    Optional<String> named = Optional.ofNullable(decoderModel).or(tiers::decoder);
    Path path = context.choice(common.catalogue()).path(ModelKind.DECODER, named);
    return Optional.of(ModelFiles.open(path));
  }

  private BenchTarget target() throws InterruptedException {
    Duration timeout = Duration.ofSeconds(timeoutSeconds);
    if (openAi.given()) {
      return new OpenAiTarget(openAi.endpoint(context, !naturalEnd, timeout));
    }
    GenerateSettings settings =
        reading
            .settings()
            .setSampling(Sampling.newBuilder().setTemperature(0))
            .setIgnoreEndTokens(!naturalEnd)
            .build();
    String name = tiers.remote().map(at -> "gateway " + at).orElse("all tiers in this process");
    return new GatewayTarget(tiers.open(context, common.catalogue()), name, settings, timeout);
  }
}
