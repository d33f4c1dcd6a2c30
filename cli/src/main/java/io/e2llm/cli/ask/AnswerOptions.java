package io.e2llm.cli.ask;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.answer.Messages;
import io.e2llm.gateway.v1.ChatMessage;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Sampling;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of an answer. */
final class AnswerOptions {
  /** The modes as the command line writes them. */
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
      names = "--max-tokens",
      paramLabel = "N",
      description = "Most tokens to generate; 512, where the gateway has no other setting.")
  private @Nullable Integer maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 (the default) is greedy; at most 10.")
  private float temperature;

  @Option(names = "--seed", paramLabel = "N", description = "Makes sampling reproducible.")
  private @Nullable Long seed;

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

  @Option(names = "--system", paramLabel = "TEXT", description = "Instructions for the model.")
  private @Nullable String system;

  /**
   * The settings these options ask for.
   *
   * @throws CommandFailure when a number is out of range
   */
  GenerateSettings settings() {
    if (!(temperature >= 0 && temperature <= 10)) {
      throw CommandFailure.wrongUse("--temperature is not within 0 to 10");
    }
    Sampling.Builder sampling = Sampling.newBuilder().setTemperature(temperature);
    if (seed != null) {
      sampling.setSeed(seed);
    }
    GenerateSettings.Builder settings = GenerateSettings.newBuilder().setSampling(sampling);
    if (mode != null) {
      settings.setContextMode(mode.mode);
    }
    return settings
        .setMaxTokens(positive("--max-tokens", maxTokens))
        .setRatio(positive("--ratio", ratio))
        .setVerbatimTokens(positive("--verbatim-tokens", verbatimTokens))
        .build();
  }

  /** The system message, if any. */
  List<ChatMessage> system() {
    return system == null || system.isBlank() ? List.of() : List.of(Messages.system(system));
  }

  private static int positive(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw CommandFailure.wrongUse(option + " is less than 1");
    }
    return value == null ? 0 : value;
  }
}
