package io.e2llm.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that every command has. */
public final class CommonOptions {
  @Option(names = "--verbose", description = "Show the whole of an error, and more of the log.")
  private boolean verbose;

  @Option(
      names = "--catalogue",
      paramLabel = "FILE",
      description = "A catalogue of your own models; E2LLM_CATALOGUE names one as well.")
  private @Nullable Path catalogue;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  /** Whether errors are shown with their stack traces. */
  public boolean verbose() {
    return verbose;
  }

  /** A user's own catalogue. */
  public Optional<Path> catalogue() {
    return Optional.ofNullable(catalogue);
  }

  /** Whether help was asked for. */
  boolean help() {
    return help;
  }
}
