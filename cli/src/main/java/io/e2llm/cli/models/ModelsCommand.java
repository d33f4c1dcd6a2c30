package io.e2llm.cli.models;

import io.e2llm.cli.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2llm models}: the group of its three commands, none of which it is itself. */
@Command(
    name = "models",
    description = "List, fetch and verify models.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ListCommand.class, PullCommand.class, VerifyCommand.class})
public final class ModelsCommand {
  @SuppressWarnings("UnusedVariable") // read by picocli
  @Mixin
  private final CommonOptions common = new CommonOptions();
}
