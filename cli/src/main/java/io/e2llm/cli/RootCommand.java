package io.e2llm.cli;

import io.e2llm.cli.ask.AskCommand;
import io.e2llm.cli.ask.ChatCommand;
import io.e2llm.cli.bench.BenchCommand;
import io.e2llm.cli.bundle.BundleCommand;
import io.e2llm.cli.eval.EvalCommand;
import io.e2llm.cli.models.ModelsCommand;
import io.e2llm.cli.needle.NeedleCommand;
import io.e2llm.cli.questions.QuestionsCommand;
import io.e2llm.cli.serve.DecoderCommand;
import io.e2llm.cli.serve.EncoderCommand;
import io.e2llm.cli.serve.GatewayCommand;
import io.e2llm.cli.serve.UpCommand;
import io.e2llm.cli.train.TrainCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2llm}: the group of all commands. */
@Command(
    name = "e2llm",
    description =
        "Answers questions about long documents, in this process or with a fleet of servers.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AskCommand.class,
      ChatCommand.class,
      UpCommand.class,
      GatewayCommand.class,
      EncoderCommand.class,
      DecoderCommand.class,
      ModelsCommand.class,
      TrainCommand.class,
      EvalCommand.class,
      BundleCommand.class,
      NeedleCommand.class,
      QuestionsCommand.class,
      BenchCommand.class
    },
    footer = {
      "",
      "Begin with: e2llm ask FILE QUESTION. Each command tells more with --help.",
      "",
      "Exit status: 0 done, 1 failed, 2 wrong use; 130 stopped by Ctrl-C, 143 by SIGTERM.",
      "Environment: E2LLM_HOME (folder of the models), E2LLM_CATALOGUE (a catalogue of your own),",
      "E2LLM_TOKEN (for --gateway), HF_TOKEN and HF_ENDPOINT (for models from a hub);",
      "each setting of a process that serves has a variable too: docs/configuration.md."
    })
final class RootCommand {
  @SuppressWarnings("UnusedVariable") // read by picocli
  @Mixin
  private final CommonOptions common = new CommonOptions();
}
