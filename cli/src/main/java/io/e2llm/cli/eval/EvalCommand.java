package io.e2llm.cli.eval;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.ask.TierOptions;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.engine.catalogue.ModelKind;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.data.Document;
import io.e2llm.trainer.data.DocumentFile;
import io.e2llm.trainer.objective.Prompts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2llm eval}: what each context mode is worth. */
@Command(
    name = "eval",
    description = {
      "Measure what each context mode is worth: how likely right answers are with it, and how",
      "good its own answers."
    },
    sortOptions = false,
    customSynopsis = "e2llm eval [OPTIONS] FILE...",
    footer = {
      "",
      "FILE holds JSON lines of context, prompt and answer, or of context and questions.",
      "soft-other and text-other bring another document: what they score is the form of answers,",
      "not their content.",
      "",
      "Example:",
      "  e2llm eval --bundle my-run/best questions.jsonl"
    })
public final class EvalCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Questions and answers.")
  private List<Path> files = List.of();

  @Mixin private final TierOptions tiers = new TierOptions();

  @Option(
      names = "--modes",
      paramLabel = "MODE,...",
      split = ",",
      description =
          "none, soft, soft-other, hybrid, retrieval, text, text-other. Default: all of them.")
  private List<String> modes = List.of();

  @Option(
      names = "--questions",
      paramLabel = "N",
      defaultValue = "20",
      description = "Most questions about one document. Default: ${DEFAULT-VALUE}.")
  private int questions;

  @Option(
      names = "--documents",
      paramLabel = "N",
      description = "Only the first documents of each file.")
  private @Nullable Integer documents;

  @Option(
      names = "--answer-tokens",
      paramLabel = "N",
      defaultValue = "0",
      description = "Let each mode answer in at most so many tokens. Default: ${DEFAULT-VALUE}.")
  private int answerTokens;

  @Option(names = "--markdown", paramLabel = "FILE", description = "Write the tables there too.")
  private @Nullable Path markdown;

  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public EvalCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Arm> arms = arms();
    List<String> lines = new ArrayList<>();
    Path decoder = context.choice(common.catalogue()).path(ModelKind.DECODER, tiers.decoder());
    try (ModelFiles files = ModelFiles.open(decoder);
        GatewayAccess gateway = tiers.open(context, common.catalogue())) {
      EvalRun run =
          new EvalRun(new Asker(gateway, answerTokens), new Prompts(files), arms, questions);
      for (Path file : this.files) {
        List<Document> set = DocumentFile.read(file);
        List<Document> some =
            documents == null ? set : set.subList(0, Math.min(documents, set.size()));
        List<String> table = EvalTable.of(run.run(name(file), some, context.screen()));
        table.forEach(context.screen()::line);
        context.screen().line("");
        lines.addAll(table);
        lines.add("");
      }
    } catch (TrainingException e) {
      throw CommandFailure.failed(String.valueOf(e.getMessage()));
    }
    write(lines);
    return 0;
  }

  private static String name(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    String in = folder == null || folder.getFileName() == null ? "" : folder.getFileName() + "/";
    return in + file.getFileName();
  }

  private List<Arm> arms() {
    if (modes.isEmpty()) {
      return List.of(Arm.values());
    }
    List<Arm> arms = new ArrayList<>();
    for (String mode : modes) {
      arms.add(
          List.of(Arm.values()).stream()
              .filter(arm -> arm.label().equals(mode.strip()))
              .findAny()
              .orElseThrow(() -> CommandFailure.wrongUse("--modes: there is no mode " + mode)));
    }
    return arms;
  }

  private void write(List<String> lines) {
    if (markdown == null) {
      return;
    }
    try {
      Files.write(markdown, lines);
    } catch (IOException e) {
      throw CommandFailure.failed(markdown + ": cannot be written: " + e.getMessage());
    }
  }
}
