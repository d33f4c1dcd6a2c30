package io.e2llm.cli.ask;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.answer.Messages;
import io.e2llm.gateway.v1.ChatMessage;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Sampling;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of an answer. */
final class AnswerOptions {
  @Mixin private final ContextOptions reading = new ContextOptions();

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
    return reading
        .settings()
        .setSampling(sampling)
        .setMaxTokens(ContextOptions.positive("--max-tokens", maxTokens))
        .build();
  }

  /** The system message, if any. */
  List<ChatMessage> system() {
    return system == null || system.isBlank() ? List.of() : List.of(Messages.system(system));
  }
}
