package io.e2llm.cli.questions;

import io.e2llm.cli.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2llm questions}: the group of what makes questions. */
@Command(
    name = "questions",
    description = "Make questions about long texts, for eval, in the manner of RULER.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {VariablesCommand.class, PassagesCommand.class},
    footer = {
      "",
      "Examples:",
      "  e2llm questions variables --tokens 8k variables.jsonl",
      "  e2llm questions passages --from asked.jsonl --tokens 8k passages.jsonl"
    })
public final class QuestionsCommand {
  @SuppressWarnings("UnusedVariable") // read by picocli
  @Mixin
  private final CommonOptions common = new CommonOptions();
}
