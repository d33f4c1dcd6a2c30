package io.e2llm.cli.ask;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.answer.AnswerRequest;
import io.e2llm.cli.answer.AnswerScreen;
import io.e2llm.cli.answer.AnswerSummary;
import io.e2llm.cli.answer.Messages;
import io.e2llm.cli.context.ContextLength;
import io.e2llm.cli.context.Document;
import io.e2llm.cli.context.DocumentList;
import io.e2llm.cli.terminal.Json;
import io.e2llm.cli.terminal.Screen;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GenerateSettings;
import io.grpc.StatusException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2llm ask}: one question about files. */
@Command(
    name = "ask",
    description = "Ask a question about files.",
    sortOptions = false,
    customSynopsis = "e2llm ask [OPTIONS] FILE... QUESTION",
    footer = {
      "",
      "The answer goes to standard output, one line about how it came to standard error.",
      "",
      "Examples:",
      "  e2llm ask LICENSE \"Who grants the patent license?\"",
      "  e2llm ask docs/ notes.md \"What is left to do?\"",
      "  git log | e2llm ask - \"What changed last?\"",
      "  e2llm ask --json --mode text LICENSE \"What must a copy contain?\""
    })
public final class AskCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE... QUESTION",
      hideParamSyntax = true,
      description = {
        "UTF-8 text files, folders of text and Markdown files, or -",
        "for standard input; the last argument is the question."
      })
  private List<String> arguments = List.of();

  @Mixin private final AnswerOptions answer = new AnswerOptions();

  @Option(names = "--json", description = "Print one JSON object with answer, usage and timings.")
  private boolean json;

  @Mixin private final TierOptions tiers = new TierOptions();

  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public AskCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws StatusException, InterruptedException {
    String question = arguments.getLast();
    if (arguments.size() < 2) {
      throw CommandFailure.wrongUse("ask wants FILE... and then a question");
    }
    if (question.isBlank()) {
      throw CommandFailure.wrongUse("the question is empty");
    }
    GenerateSettings settings = answer.settings();
    List<Document> documents =
        DocumentList.of(arguments.subList(0, arguments.size() - 1), context.input());
    AnswerRequest request =
        new AnswerRequest(
            settings,
            ContextLength.codePoints(documents),
            answer.system(),
            documents,
            List.of(Messages.user(question)));
    try (GatewayAccess gateway = tiers.open(context, common.catalogue())) {
      show(gateway, request);
    }
    return 0;
  }

  private void show(GatewayAccess gateway, AnswerRequest request)
      throws StatusException, InterruptedException {
    Screen screen = context.screen();
    AnswerScreen shown = new AnswerScreen(screen, !json);
    End end = Asking.ask(gateway, request, shown);
    if (json) {
      screen.line(Json.of(AnswerSummary.object(shown.answer(), end)));
    } else {
      screen.note(AnswerSummary.line(end));
    }
  }
}
