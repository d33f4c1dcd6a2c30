package io.e2llm.cli.needle;

import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.eval.Arm;
import io.e2llm.cli.texts.TokenCount;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that say which needles are asked for, and how. */
final class NeedleOptions {
  private static final int LEAST_TOKENS = 100;
  private static final int MOST_DEPTHS = 100;
  private static final int MOST_SEEDS = 1000;
  private static final int MOST_ANSWER_TOKENS = 1000;

  @Option(
      names = "--lengths",
      paramLabel = "N",
      split = ",",
      defaultValue = "4k,8k,16k,32k,64k,128k",
      description = "Tokens of contexts. Default: ${DEFAULT-VALUE}.")
  private List<String> lengths = List.of();

  @Option(
      names = "--depths",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many, from the beginning to the end. Default: ${DEFAULT-VALUE}.")
  private int depths;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "4",
      description = "Needles for each length and depth. Default: ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides the needles. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--modes",
      paramLabel = "MODE",
      split = ",",
      defaultValue = "hybrid",
      description =
          "none, soft, hybrid, retrieval, text; none-untouched, retrieval-untouched, "
              + "text-untouched. Default: ${DEFAULT-VALUE}.")
  private List<String> modes = List.of();

  @Option(
      names = "--answer-tokens",
      paramLabel = "N",
      defaultValue = "32",
      description = "Most tokens of an answer. Default: ${DEFAULT-VALUE}.")
  private int answerTokens;

  /** The plan, checked. */
  NeedlePlan plan() {
    require("--depths", depths, MOST_DEPTHS);
    require("--seeds", seeds, MOST_SEEDS);
    require("--answer-tokens", answerTokens, MOST_ANSWER_TOKENS);
    return new NeedlePlan(
        lengths.stream().map(text -> TokenCount.of("--lengths", text, LEAST_TOKENS)).toList(),
        NeedlePlan.depths(depths),
        seeds,
        seed,
        answerTokens);
  }

  /** The modes, checked. */
  List<Arm> arms() {
    List<Arm> arms = Arm.named(modes);
    for (Arm arm : arms) {
      if (arm.bringsAnother()) {
        throw CommandFailure.wrongUse(
            "--modes: " + arm.label() + " brings another document, which has no needle");
      }
    }
    return arms;
  }

  private static void require(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw CommandFailure.wrongUse(option + " is not within 1 to " + most);
    }
  }
}
