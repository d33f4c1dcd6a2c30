package io.e2llm.cli.eval;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.CommonOptions;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.data.Document;
import io.e2llm.trainer.data.DocumentFile;
import io.e2llm.trainer.objective.Prompts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2llm eval}: what each context mode is worth. */
@Command(
    name = "eval",
    description =
        "Measure what each context mode is worth: how likely right answers are with it, "
            + "and how good its own answers.",
    sortOptions = false,
    customSynopsis = "e2llm eval [OPTIONS] FILE...",
    footer = {
      "",
      "FILE holds JSON lines of context, prompt and answer, or of context and questions.",
      "soft-other and text-other bring another document: what they score is the form of answers,",
      "not their content. Where the bundle has LoRA for the decoder, NAME-untouched asks the",
      "decoder without it, about the same chunks.",
      "",
      "Example:",
      "  e2llm eval --bundle my-run/best questions.jsonl",
      "  e2llm eval --modes none,retrieval,text --answer-tokens 32 --json - questions.jsonl"
    })
public final class EvalCommand implements Callable<Integer> {
  private static final int MOST_TOKENS = 100_000;

  private final CommandContext context;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Questions and answers.")
  private List<Path> files = List.of();

  @Mixin private final AskedOptions asked = new AskedOptions();

  @Option(
      names = "--modes",
      paramLabel = "MODE",
      split = ",",
      description =
          "none, soft, soft-other, hybrid, retrieval, text, text-other; none-untouched, "
              + "retrieval-untouched, text-untouched, text-other-untouched. Default: all that "
              + "the models allow.")
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
      description = "Only the first documents of each file that questions are asked about.")
  private @Nullable Integer documents;

  @Option(
      names = "--answer-tokens",
      paramLabel = "N",
      defaultValue = "0",
      description = "Let each mode answer in at most so many tokens. Default: ${DEFAULT-VALUE}.")
  private int answerTokens;

  @Mixin private final OutputOptions reports = new OutputOptions();
  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public EvalCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    EvalRun.Limits limits = limits();
    ReportOutput output = reports.open();
    List<Arm> named = Arm.named(modes);
    try {
      List<Map.Entry<String, List<Document>>> sets = new ArrayList<>();
      for (Path file : files) {
        sets.add(Map.entry(name(file), questions(file)));
      }
      try (AskedTiers tiers = asked.open(context, common.catalogue(), named)) {
        output.models(tiers.models(), context.screen());
        EvalRun run =
            new EvalRun(new Asker(tiers), new Prompts(tiers.files()), tiers.arms(), limits);
        List<SetResult> results = new ArrayList<>();
        for (Map.Entry<String, List<Document>> set : sets) {
          SetResult result = run.run(set.getKey(), set.getValue(), context.screen());
          results.add(result);
          output.table(EvalTable.of(result), context.screen());
          output.keep(EvalJson.of(tiers.models(), limits, results));
        }
        output.data(EvalJson.of(tiers.models(), limits, results), context.screen());
      }
    } catch (TrainingException e) {
      throw CommandFailure.failed(String.valueOf(e.getMessage()));
    }
    return 0;
  }

  private EvalRun.Limits limits() {
    if (questions < 1 || (documents != null && documents < 1)) {
      throw CommandFailure.wrongUse("--questions or --documents is less than 1");
    }
    if (answerTokens < 0 || answerTokens > MOST_TOKENS) {
      throw CommandFailure.wrongUse("--answer-tokens is not within 0 to " + MOST_TOKENS);
    }
    return new EvalRun.Limits(
        documents == null ? Integer.MAX_VALUE : documents, questions, answerTokens);
  }

  private static List<Document> questions(Path file) {
    List<Document> set = DocumentFile.read(file);
    if (set.stream().allMatch(document -> document.questions().isEmpty())) {
      throw CommandFailure.failed(file + ": no question in it");
    }
    return set;
  }

  private static String name(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    String in = folder == null || folder.getFileName() == null ? "" : folder.getFileName() + "/";
    return in + file.getFileName();
  }
}
