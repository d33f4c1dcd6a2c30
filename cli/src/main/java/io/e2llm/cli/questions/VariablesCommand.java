package io.e2llm.cli.questions;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.texts.FileText;
import io.e2llm.cli.texts.SentenceSource;
import io.e2llm.cli.texts.WordModel;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2llm questions variables}: which variables have a value. */
@Command(
    name = "variables",
    description =
        "Texts with sentences such as VAR ABCDE = 48213. and VAR FGHIJ = VAR ABCDE. "
            + "among others, each asked which variables have the value.",
    sortOptions = false,
    customSynopsis = "e2llm questions variables [OPTIONS] FILE.jsonl")
public final class VariablesCommand implements Callable<Integer> {
  private static final int MOST = 100;

  private final CommandContext context;

  @Mixin private final MakingOptions making = new MakingOptions();

  @Option(
      names = "--hops",
      paramLabel = "N",
      defaultValue = "4",
      description = "Variables that are given the value by another. Default: ${DEFAULT-VALUE}.")
  private int hops;

  @Option(
      names = "--chains",
      paramLabel = "N",
      defaultValue = "1",
      description = "Values in a text; one is asked for. Default: ${DEFAULT-VALUE}.")
  private int chains;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Take the other sentences of a text file, else of a seeded word model.")
  private @Nullable Path text;

  /** In this context. */
  public VariablesCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (hops < 0 || hops > MOST || chains < 1 || chains > MOST) {
      throw CommandFailure.wrongUse(
          "--hops is not within 0 to %d, or --chains not within 1 to %d".formatted(MOST, MOST));
    }
    SentenceSource source = text == null ? new WordModel() : FileText.read(text);
    making.write(
        context,
        (measure, tokens, count, seed) -> {
          Variables variables = new Variables(source, measure, chains, hops);
          return LongStream.range(seed, seed + count)
              .mapToObj(each -> variables.question(tokens, each))
              .toList();
        });
    return 0;
  }
}
