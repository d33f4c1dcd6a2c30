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
import io.e2llm.cli.terminal.Screen;
import io.e2llm.cli.tiers.GatewayAccess;
import io.e2llm.gateway.v1.ChatMessage;
import io.e2llm.gateway.v1.End;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code e2llm chat}: question after question about the same files. The files are sent with each
 * question; their chunks are in the encoder's cache after the first.
 */
@Command(
    name = "chat",
    description = "Ask on and on about files; /quit or Ctrl-D ends.",
    sortOptions = false,
    customSynopsis = "e2llm chat [OPTIONS] FILE...",
    footer = {
      "",
      "Questions come from the terminal, or line by line from standard input.",
      "",
      "Examples:",
      "  e2llm chat LICENSE",
      "  e2llm chat docs/ --system \"Answer in one sentence.\""
    })
public final class ChatCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "UTF-8 text files, or folders of text and Markdown files.")
  private List<String> files = List.of();

  @Mixin private final AnswerOptions answer = new AnswerOptions();
  @Mixin private final TierOptions tiers = new TierOptions();
  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public ChatCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws StatusException, InterruptedException {
    if (files.contains("-")) {
      throw CommandFailure.wrongUse("chat reads questions from standard input: give files");
    }
    List<Document> documents = DocumentList.of(files, context.input());
    for (Document document : documents) {
      if (document instanceof Document.Stream stream) {
        throw CommandFailure.wrongUse(
            stream.name() + ": chat reads its files again with each question; this is no file");
      }
    }
    AnswerRequest request =
        new AnswerRequest(
            answer.settings(),
            ContextLength.codePoints(documents),
            answer.system(),
            documents,
            List.of());
    try (GatewayAccess gateway = tiers.open(context, common.catalogue());
        QuestionSource questions = questions()) {
      talk(gateway, questions, request);
    }
    return 0;
  }

  private QuestionSource questions() {
    return context.inputIsTerminal() && context.screen().outIsTerminal()
        ? TypedQuestions.onTerminal()
        : new PlainQuestions(context.input());
  }

  private void talk(GatewayAccess gateway, QuestionSource questions, AnswerRequest first)
      throws StatusException, InterruptedException {
    Screen screen = context.screen();
    List<ChatMessage> messages = new ArrayList<>();
    for (@Nullable String line = questions.next(); line != null; line = questions.next()) {
      String question = line.strip();
      if (question.equals("/quit") || question.equals("/exit")) {
        return;
      }
      if (question.isEmpty()) {
        continue;
      }
      messages.add(Messages.user(question));
      AnswerScreen shown = new AnswerScreen(screen, true);
      try {
        End end = Asking.ask(gateway, first.with(messages), shown, questions::onInterrupt);
        screen.note(AnswerSummary.line(end));
        messages.add(Messages.assistant(shown.answer()));
      } catch (StatusException e) {
        if (e.getStatus().getCode() != Status.Code.CANCELLED) {
          throw e;
        }
        messages.removeLast(); // as if it had not been asked
        screen.note("stopped");
      }
    }
  }
}
