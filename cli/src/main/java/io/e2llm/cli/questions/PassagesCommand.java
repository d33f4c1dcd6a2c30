package io.e2llm.cli.questions;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.data.Document;
import io.e2llm.trainer.data.DocumentFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2llm questions passages}: questions about one passage among many. */
@Command(
    name = "passages",
    description =
        "Questions of a file, each about its own passage somewhere among other passages "
            + "of the file.",
    sortOptions = false,
    customSynopsis = "e2llm questions passages --from FILE [OPTIONS] FILE.jsonl")
public final class PassagesCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      required = true,
      description = "JSON lines of context, prompt and answer, as eval reads them.")
  private Path from = Path.of("");

  @Mixin private final MakingOptions making = new MakingOptions();

  /** In this context. */
  public PassagesCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Document> documents;
    try {
      documents = DocumentFile.read(from);
    } catch (TrainingException e) {
      throw CommandFailure.failed(String.valueOf(e.getMessage()));
    }
    making.write(
        context,
        (measure, tokens, count, seed) ->
            new Passages(documents, measure).questions(tokens, count, seed));
    return 0;
  }
}
