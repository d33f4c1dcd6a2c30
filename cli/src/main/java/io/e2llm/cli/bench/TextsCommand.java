package io.e2llm.cli.bench;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.terminal.Json;
import io.e2llm.cli.texts.FileText;
import io.e2llm.cli.texts.SentenceSource;
import io.e2llm.cli.texts.SizedTexts;
import io.e2llm.cli.texts.TokenMeasure;
import io.e2llm.cli.texts.WordModel;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.engine.files.ModelFiles;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2llm bench texts}: documents as the measurements send them, for other programs. */
@Command(
    name = "texts",
    description = "Print documents as bench sends them, a JSON object to a line.",
    sortOptions = false,
    customSynopsis = "e2llm bench texts [OPTIONS]")
public final class TextsCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Decoder tokens of each. Default: ${DEFAULT-VALUE}.")
  private int tokens;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides the texts. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Take the sentences of a text file, else of a seeded word model.")
  private @Nullable Path text;

  @Option(
      names = "--decoder-model",
      paramLabel = "NAME|PATH",
      description = "Count tokens with this decoder's tokenizer; else the default one's.")
  private @Nullable String decoderModel;

  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public TextsCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (tokens < 1 || tokens > 1_000_000 || count < 1 || count > 10_000) {
      throw CommandFailure.wrongUse("--tokens or --count is out of range");
    }
    SentenceSource source = text == null ? new WordModel() : FileText.read(text);
    Path model =
        context
            .choice(common.catalogue())
            .path(ModelKind.DECODER, Optional.ofNullable(decoderModel));
    try (ModelFiles files = ModelFiles.open(model)) {
      TokenMeasure measure = new TokenMeasure.Exact(files.tokenizer());
      SizedTexts texts = new SizedTexts(source, measure);
      for (int i = 0; i < count; i++) {
        String document = texts.document(tokens, seed + i);
        context.screen().line(Json.of(Map.of("tokens", measure.count(document), "text", document)));
      }
    }
    return 0;
  }
}
