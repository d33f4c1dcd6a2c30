package io.e2llm.cli.bundle;

import io.e2llm.cli.CommonOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code e2llm bundle}: the group of its commands, none of which it is itself. */
@Command(
    name = "bundle",
    description = "Look into adapter bundles, and bring LoRA into them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ShowCommand.class, LoraCommand.class})
public final class BundleCommand {
  @SuppressWarnings("UnusedVariable") // read by picocli
  @Mixin
  private final CommonOptions common = new CommonOptions();
}
