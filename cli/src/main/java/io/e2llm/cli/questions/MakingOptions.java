package io.e2llm.cli.questions;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.terminal.Human;
import io.e2llm.cli.terminal.Json;
import io.e2llm.cli.terminal.ReportFile;
import io.e2llm.cli.texts.TokenCount;
import io.e2llm.cli.texts.TokenMeasure;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.engine.files.ModelFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Options of all that makes questions. */
final class MakingOptions {
  private static final int LEAST_TOKENS = 100;
  private static final int MOST_COUNT = 100_000;

  @Parameters(paramLabel = "FILE.jsonl", description = "Where to write them.")
  private Path file = Path.of("");

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "4k",
      description = "Decoder tokens of each context. Default: ${DEFAULT-VALUE}.")
  private String tokens = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many questions. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides what is drawn. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--decoder-model",
      paramLabel = "NAME|PATH",
      description = "Count tokens with this decoder's tokenizer; else the default one's.")
  private @Nullable String decoderModel;

  @Mixin private final CommonOptions common = new CommonOptions();

  /** Makes questions of what the options say. */
  interface Maker {
    List<MadeQuestion> make(TokenMeasure measure, int tokens, int count, long seed);
  }

  /** Makes and writes them. */
  void write(CommandContext context, Maker maker) throws InterruptedException {
    int wanted = TokenCount.of("--tokens", tokens, LEAST_TOKENS);
    if (count < 1 || count > MOST_COUNT) {
      throw CommandFailure.wrongUse("--count is not within 1 to " + MOST_COUNT);
    }
    if (!file.toString().endsWith(".jsonl")) {
      throw CommandFailure.wrongUse(file + ": the name of a file of questions ends in .jsonl");
    }
    ReportFile output = new ReportFile(file);
    output.check();
    Path model =
        context
            .choice(common.catalogue())
            .path(ModelKind.DECODER, Optional.ofNullable(decoderModel));
    try (ModelFiles files = ModelFiles.open(model)) {
      List<MadeQuestion> made =
          maker.make(new TokenMeasure.Exact(files.tokenizer()), wanted, count, seed);
      output.write(
          made.stream().map(each -> Json.of(each.json()) + "\n").collect(Collectors.joining()));
      double mean = made.stream().mapToInt(MadeQuestion::tokens).average().orElse(0);
      context
          .screen()
          .line(
              "%s: %d questions about contexts of %s tokens"
                  .formatted(file, made.size(), Human.count(Math.round(mean))));
    }
  }
}
