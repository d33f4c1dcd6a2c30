package io.e2llm.cli.ask;

import io.e2llm.cli.CommandFailure;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GenerateSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how the context reaches the model. */
public final class ContextOptions {
  /** How it does. */
  enum Mode {
    soft(ContextMode.CONTEXT_MODE_SOFT),
    hybrid(ContextMode.CONTEXT_MODE_HYBRID),
    retrieval(ContextMode.CONTEXT_MODE_RETRIEVAL),
    text(ContextMode.CONTEXT_MODE_TEXT);

    private final ContextMode mode;

    Mode(ContextMode mode) {
      this.mode = mode;
    }
  }

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = {
        "How the context reaches the model: ${COMPLETION-CANDIDATES}.",
        "Default: hybrid with a trained bundle, else retrieval."
      })
  private @Nullable Mode mode;

  @Option(
      names = "--ratio",
      paramLabel = "N",
      description = "Tokens of context to one soft token, at first; one of the bundle's ratios.")
  private @Nullable Integer ratio;

  @Option(
      names = "--verbatim-tokens",
      paramLabel = "N",
      description = "Most tokens of context text in hybrid and retrieval mode; else 1024.")
  private @Nullable Integer verbatimTokens;

  /** Whether any of them is given. */
  public boolean given() {
    return mode != null || ratio != null || verbatimTokens != null;
  }

  /**
   * The settings these options ask for.
   *
   * @throws CommandFailure when a number is out of range
   */
  public GenerateSettings.Builder settings() {
    GenerateSettings.Builder settings = GenerateSettings.newBuilder();
    if (mode != null) {
      settings.setContextMode(mode.mode);
    }
    return settings
        .setRatio(positive("--ratio", ratio))
        .setVerbatimTokens(positive("--verbatim-tokens", verbatimTokens));
  }

  /** The value, 0 where there is none. */
  static int positive(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw CommandFailure.wrongUse(option + " is less than 1");
    }
    return value == null ? 0 : value;
  }
}
